#include "services/extract/s3/configuration/notification.h"

#include <algorithm>

#include "common/http/message.h"
#include "services/extract/s3/configuration/rule_filter.h"
#include "services/extract/s3/wire/xml_reader.h"
#include "services/extract/s3/wire/xml_writer.h"

namespace tarn::extract::s3 {
namespace {

constexpr size_t kMaxTargets = 100;

struct KindNames {
  NotificationTarget::Kind kind;
  std::string_view element, arn;
};
constexpr KindNames kKinds[] = {
    {NotificationTarget::Kind::kQueue, "QueueConfiguration", "Queue"},
    {NotificationTarget::Kind::kTopic, "TopicConfiguration", "Topic"},
    {NotificationTarget::Kind::kFunction, "CloudFunctionConfiguration", "CloudFunction"},
};

constexpr std::string_view kEvents[] = {
    "s3:ObjectCreated:*", "s3:ObjectCreated:Put", "s3:ObjectCreated:Post", "s3:ObjectCreated:Copy",
    "s3:ObjectCreated:CompleteMultipartUpload", "s3:ObjectRemoved:*", "s3:ObjectRemoved:Delete",
    "s3:ObjectRemoved:DeleteMarkerCreated", "s3:LifecycleExpiration:*", "s3:LifecycleExpiration:Delete",
    "s3:LifecycleExpiration:DeleteMarkerCreated", "s3:Replication:*",
    "s3:Replication:OperationFailedReplication", "s3:Replication:OperationNotTracked", "s3:ObjectTagging:*",
    "s3:ObjectTagging:Put", "s3:ObjectTagging:Delete",
};

S3Error Unsupported(std::string name, std::string value) {
  return S3Error(S3Code::kInvalidArgument, "The notification configuration has a value that is not supported")
      .With("ArgumentName", std::move(name))
      .With("ArgumentValue", std::move(value));
}

S3Status ReadFilter(const XmlElement& filter, NotificationTarget& target) {
  const XmlElement* key = filter.Child("S3Key");
  if (!key) return S3Error(S3Code::kMalformedXml);
  for (const XmlElement& rule : key->children) {
    const std::string name = rule.ChildText("Name").value_or(""),
                      value = rule.ChildText("Value").value_or("");
    std::string* place = nullptr;
    if (http::EqualsIgnoringCase(name, "prefix")) place = &target.prefix;
    if (http::EqualsIgnoringCase(name, "suffix")) place = &target.suffix;
    if (rule.name != "FilterRule" || !place) return Unsupported("FilterRule.Name", name);
    if (!place->empty())
      return S3Error(S3Code::kInvalidArgument, "Cannot specify more than one rule of a kind in a filter.");
    *place = value;
  }
  return {};
}

S3Result<NotificationTarget> ReadTarget(const XmlElement& element, const KindNames& kind) {
  NotificationTarget target;
  target.kind = kind.kind;
  for (const XmlElement& child : element.children) {
    if (child.name != "Event") continue;
    if (std::find(std::begin(kEvents), std::end(kEvents), child.text) == std::end(kEvents))
      return Unsupported("Event", child.text);
    target.events.push_back(child.text);
  }
  target.arn = element.ChildText(kind.arn).value_or("");
  if (target.events.empty() || !target.arn.starts_with("arn:"))
    return Unsupported(std::string(kind.arn), target.arn);
  const auto id = element.ChildText("Id");
  if (id && id->size() > 255) return Unsupported("Id", *id);
  XmlElement named;
  named.children = {XmlElement{"ID", id.value_or(""), {}, {}}};
  TARN_ASSIGN(target.id, ReadRuleId(named));
  if (const XmlElement* filter = element.Child("Filter")) TARN_TRY(ReadFilter(*filter, target));
  return target;
}

void WriteRule(XmlWriter& xml, std::string_view name, const std::string& value) {
  if (!value.empty()) xml.Open("FilterRule").Text("Name", name).Text("Value", value).Close();
}

}  // namespace

bool NotificationTarget::Wants(std::string_view name) const {
  return std::any_of(events.begin(), events.end(), [&](std::string_view event) {
    return event == name || (event.ends_with('*') && name.starts_with(event.substr(0, event.size() - 1)));
  });
}

S3Result<NotificationConfiguration> NotificationConfiguration::Parse(std::string_view xml) {
  TARN_ASSIGN(const XmlElement root, ReadXml(xml));
  if (root.name != "NotificationConfiguration" || root.children.size() > kMaxTargets)
    return S3Error(S3Code::kMalformedXml);
  NotificationConfiguration configuration;
  for (const XmlElement& element : root.children) {
    if (element.name == "EventBridgeConfiguration") {
      configuration.event_bridge = true;
      continue;
    }
    const auto kind = std::find_if(std::begin(kKinds), std::end(kKinds),
                                   [&](const KindNames& known) { return known.element == element.name; });
    if (kind == std::end(kKinds)) return S3Error(S3Code::kMalformedXml);
    TARN_ASSIGN(NotificationTarget target, ReadTarget(element, *kind));
    configuration.targets.push_back(std::move(target));
  }
  return configuration;
}

std::string NotificationConfiguration::Render() const {
  XmlWriter xml("NotificationConfiguration");
  for (const NotificationTarget& target : targets) {
    const KindNames& kind = kKinds[static_cast<size_t>(target.kind)];
    xml.Open(kind.element).Text("Id", target.id).Text(kind.arn, target.arn);
    for (const std::string& event : target.events) xml.Text("Event", event);
    if (!target.prefix.empty() || !target.suffix.empty()) {
      xml.Open("Filter").Open("S3Key");
      WriteRule(xml, "Prefix", target.prefix);
      WriteRule(xml, "Suffix", target.suffix);
      xml.Close().Close();
    }
    xml.Close();
  }
  if (event_bridge) xml.Open("EventBridgeConfiguration").Close();
  return std::move(xml).Finish();
}

}  // namespace tarn::extract::s3
