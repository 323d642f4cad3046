#include "services/extract/s3/configuration/replication.h"

#include <algorithm>
#include <set>

#include "services/extract/s3/wire/xml_reader.h"
#include "services/extract/s3/wire/xml_writer.h"

namespace tarn::extract::s3 {
namespace {

constexpr size_t kMaxRules = 1000;

// arn:partition:service:region:account:resource
S3Status ReadDestination(const XmlElement& element, ReplicationRule& rule) {
  TARN_TRY(CheckChildren(element, {"Bucket", "StorageClass", "Account"}));
  rule.destination = element.ChildText("Bucket").value_or("");
  size_t colon = 0;
  for (int i = 0; i < 5 && colon != std::string::npos; ++i) {
    colon = rule.destination.find(':', colon);
    if (colon != std::string::npos) ++colon;
  }
  if (!rule.destination.starts_with("arn:") || colon == std::string::npos ||
      colon >= rule.destination.size()) {
    return S3Error(S3Code::kInvalidArgument, "Invalid bucket ARN")
        .With("ArgumentName", "Bucket")
        .With("ArgumentValue", rule.destination);
  }
  rule.destination_bucket = rule.destination.substr(colon);
  return {};
}

S3Result<std::optional<bool>> ReadSwitch(const XmlElement& rule, std::string_view name) {
  const XmlElement* element = rule.Child(name);
  if (!element) return std::optional<bool>();
  TARN_ASSIGN(const bool enabled, ReadEnabled(*element));
  return std::optional<bool>(enabled);
}

S3Result<ReplicationRule> ReadRule(const XmlElement& element) {
  if (element.name != "Rule") return S3Error(S3Code::kMalformedXml);
  TARN_TRY(CheckChildren(element, {"ID", "Priority", "Status", "Filter", "Prefix", "Destination",
                                   "DeleteMarkerReplication", "ExistingObjectReplication"}));
  ReplicationRule rule;
  TARN_ASSIGN(rule.id, ReadRuleId(element));
  TARN_ASSIGN(rule.priority, ChildNumber(element, "Priority"));
  TARN_ASSIGN(rule.enabled, ReadEnabled(element));
  TARN_ASSIGN(rule.filter, ParseRuleFilter(element));
  TARN_ASSIGN(rule.replicate_delete_markers, ReadSwitch(element, "DeleteMarkerReplication"));
  TARN_ASSIGN(rule.replicate_existing_objects, ReadSwitch(element, "ExistingObjectReplication"));
  const XmlElement* destination = element.Child("Destination");
  if (!destination) return S3Error(S3Code::kMalformedXml);
  TARN_TRY(ReadDestination(*destination, rule));
  if (rule.replicate_delete_markers.value_or(false) && !rule.filter.tags.empty()) {
    return S3Error(S3Code::kInvalidRequest,
                   "Delete marker replication is not supported if any Tag filter is specified.");
  }
  return rule;
}

void WriteSwitch(XmlWriter& xml, std::string_view name, const std::optional<bool>& enabled) {
  if (enabled) xml.Open(name).Text("Status", *enabled ? "Enabled" : "Disabled").Close();
}

}  // namespace

S3Result<ReplicationConfiguration> ReplicationConfiguration::Parse(std::string_view xml) {
  TARN_ASSIGN(const XmlElement root, ReadXml(xml));
  if (root.name != "ReplicationConfiguration") return S3Error(S3Code::kMalformedXml);
  ReplicationConfiguration configuration;
  std::set<std::string> ids;
  for (const XmlElement& element : root.children) {
    if (element.name == "Role") {
      configuration.role = element.text;
      continue;
    }
    TARN_ASSIGN(ReplicationRule rule, ReadRule(element));
    if (!ids.insert(rule.id).second) {
      return S3Error(S3Code::kInvalidArgument,
                     "Rule ID must be unique. Found same ID for more than one rule");
    }
    configuration.rules.push_back(std::move(rule));
  }
  if (configuration.rules.empty() || configuration.rules.size() > kMaxRules)
    return S3Error(S3Code::kMalformedXml);
  return configuration;
}

std::string ReplicationConfiguration::Render() const {
  XmlWriter xml("ReplicationConfiguration");
  xml.Text("Role", role);
  for (const ReplicationRule& rule : rules) {
    xml.Open("Rule").Text("ID", rule.id);
    if (rule.priority) xml.Number("Priority", *rule.priority);
    WriteRuleFilter(xml, rule.filter);
    xml.Text("Status", rule.enabled ? "Enabled" : "Disabled");
    WriteSwitch(xml, "ExistingObjectReplication", rule.replicate_existing_objects);
    WriteSwitch(xml, "DeleteMarkerReplication", rule.replicate_delete_markers);
    xml.Open("Destination").Text("Bucket", rule.destination).Close().Close();
  }
  return std::move(xml).Finish();
}

std::vector<const ReplicationRule*> ReplicationConfiguration::RulesFor(
    const object_store::ObjectInfo& object) const {
  std::vector<const ReplicationRule*> found;
  for (const ReplicationRule& rule : rules) {
    if (rule.enabled && rule.filter.Matches(object)) found.push_back(&rule);
  }
  std::stable_sort(found.begin(), found.end(), [](const ReplicationRule* a, const ReplicationRule* b) {
    return a->priority.value_or(0) > b->priority.value_or(0);
  });
  std::set<std::string> destinations;
  std::erase_if(found,
                [&](const ReplicationRule* rule) { return !destinations.insert(rule->destination).second; });
  return found;
}

}  // namespace tarn::extract::s3
