#include "services/extract/replication/rule.h"

#include <algorithm>
#include <charconv>

#include "common/s3_client/answer_xml.h"

namespace tarn::extract {
namespace {

using s3_client::XmlElement;

bool IsEnabled(const XmlElement* element) { return element && element->Text("Status") == "Enabled"; }

void ReadTag(const XmlElement& parent, ReplicationRule& rule) {
  for (const XmlElement& child : parent.children) {
    if (child.name == "Tag") rule.tags[child.Text("Key")] = child.Text("Value");
  }
}

void ReadFilter(const XmlElement& filter, ReplicationRule& rule) {
  const XmlElement* const all = filter.Find("And");
  const XmlElement& conditions = all ? *all : filter;
  rule.prefix = conditions.Text("Prefix");
  ReadTag(conditions, rule);
}

Result<ReplicationRule> ReadRule(const XmlElement& element) {
  ReplicationRule rule;
  rule.id = element.Text("ID");
  rule.enabled = element.Text("Status") == "Enabled";
  const std::string priority = element.Text("Priority");
  std::from_chars(priority.data(), priority.data() + priority.size(), rule.priority);
  rule.prefix = element.Text("Prefix");  // of the older form, without a filter
  if (const XmlElement* filter = element.Find("Filter")) ReadFilter(*filter, rule);
  rule.delete_markers = IsEnabled(element.Find("DeleteMarkerReplication"));
  const XmlElement* const destination = element.Find("Destination");
  const std::string arn = destination ? destination->Text("Bucket") : "";
  rule.target = arn.substr(arn.rfind(':') + 1);  // npos + 1 is 0
  if (rule.target.empty()) {
    return Error(Code::kInvalidArgument, "a replication rule has no destination bucket: " + rule.id);
  }
  return rule;
}

}  // namespace

bool ReplicationRule::Matches(const object_store::ObjectInfo& object) const {
  if (!enabled || !object.key.starts_with(prefix)) return false;
  return std::all_of(tags.begin(), tags.end(), [&](const auto& tag) {
    const auto found = object.attributes.tags.find(tag.first);
    return found != object.attributes.tags.end() && found->second == tag.second;
  });
}

Result<std::vector<ReplicationRule>> ParseReplicationRules(std::string_view document) {
  const auto root = s3_client::ParseAnswer(document);
  if (!root.ok() || root->name != "ReplicationConfiguration") {
    return Error(Code::kInvalidArgument, "the bucket's replication configuration is not S3's XML");
  }
  std::vector<ReplicationRule> rules;
  for (const XmlElement& child : root->children) {
    if (child.name != "Rule") continue;
    TARN_ASSIGN(ReplicationRule rule, ReadRule(child));
    rules.push_back(std::move(rule));
  }
  return rules;
}

std::vector<ReplicationRule> RulesFor(const object_store::ObjectInfo& object,
                                      const std::vector<ReplicationRule>& rules) {
  std::map<std::string, ReplicationRule> by_target;
  for (const ReplicationRule& rule : rules) {
    if (!rule.Matches(object)) continue;
    const auto [found, added] = by_target.emplace(rule.target, rule);
    if (!added && rule.priority > found->second.priority) found->second = rule;
  }
  std::vector<ReplicationRule> matching;
  for (auto& [target, rule] : by_target) matching.push_back(std::move(rule));
  return matching;
}

}  // namespace tarn::extract
