#include "services/extract/s3/configuration/rule_filter.h"

#include <algorithm>
#include <charconv>

#include "common/ids/ulid.h"

namespace tarn::extract::s3 {
namespace {

constexpr size_t kMaxRuleIdBytes = 255, kMaxPrefixBytes = 1024;

// The conditions within <Filter> itself or within its <And>.
S3Status ReadConditions(const XmlElement& conditions, RuleFilter& filter) {
  for (const XmlElement& child : conditions.children) {
    if (child.name == "Tag") TARN_TRY(ReadTag(child, filter.tags));
  }
  filter.prefix = conditions.ChildText("Prefix");
  TARN_ASSIGN(const auto greater, ChildNumber(conditions, "ObjectSizeGreaterThan"));
  TARN_ASSIGN(const auto less, ChildNumber(conditions, "ObjectSizeLessThan"));
  if ((greater && *greater < 0) || (less && *less <= 0)) return S3Error(S3Code::kInvalidRequest);
  if (greater) filter.size_greater_than = static_cast<uint64_t>(*greater);
  if (less) filter.size_less_than = static_cast<uint64_t>(*less);
  if (greater && less && *greater >= *less) {
    return S3Error(S3Code::kInvalidRequest,
                   "'ObjectSizeLessThan' has to be a value greater than 'ObjectSizeGreaterThan'.");
  }
  return CheckChildren(conditions, {"Prefix", "Tag", "ObjectSizeGreaterThan", "ObjectSizeLessThan"});
}

size_t ConditionCount(const RuleFilter& filter) {
  return (filter.prefix ? 1 : 0) + filter.tags.size() + (filter.size_greater_than ? 1 : 0) +
         (filter.size_less_than ? 1 : 0);
}

}  // namespace

bool RuleFilter::Matches(const object_store::ObjectInfo& object) const {
  const auto has_tag = [&](const auto& tag) {
    const auto found = object.attributes.tags.find(tag.first);
    return found != object.attributes.tags.end() && found->second == tag.second;
  };
  return MatchesKey(object.key) && std::all_of(tags.begin(), tags.end(), has_tag) &&
         (!size_greater_than || object.size_bytes > *size_greater_than) &&
         (!size_less_than || object.size_bytes < *size_less_than);
}

S3Result<RuleFilter> ParseRuleFilter(const XmlElement& rule) {
  RuleFilter filter;
  const XmlElement* element = rule.Child("Filter");
  if (element && rule.Child("Prefix")) return S3Error(S3Code::kMalformedXml);
  if (!element) {
    filter.old_form = true;
    filter.prefix = rule.ChildText("Prefix");
    if (!filter.prefix) return S3Error(S3Code::kMalformedXml);
  } else if (const XmlElement* both = element->Child("And")) {
    TARN_TRY(CheckChildren(*element, {"And"}));
    TARN_TRY(ReadConditions(*both, filter));
    if (ConditionCount(filter) < 2) return S3Error(S3Code::kMalformedXml);
  } else {
    TARN_TRY(ReadConditions(*element, filter));
    if (ConditionCount(filter) > 1) return S3Error(S3Code::kMalformedXml);
  }
  if (filter.prefix && filter.prefix->size() > kMaxPrefixBytes) {
    return S3Error(S3Code::kInvalidRequest, "The maximum size of a prefix is 1024.");
  }
  return filter;
}

void WriteRuleFilter(XmlWriter& xml, const RuleFilter& filter) {
  if (filter.old_form) {
    xml.Text("Prefix", filter.prefix.value_or(""));
    return;
  }
  const bool several = ConditionCount(filter) > 1;
  xml.Open("Filter");
  if (several) xml.Open("And");
  if (filter.prefix) xml.Text("Prefix", *filter.prefix);
  WriteTags(xml, filter.tags);
  if (filter.size_greater_than)
    xml.Number("ObjectSizeGreaterThan", static_cast<int64_t>(*filter.size_greater_than));
  if (filter.size_less_than) xml.Number("ObjectSizeLessThan", static_cast<int64_t>(*filter.size_less_than));
  if (several) xml.Close();
  xml.Close();
}

S3Result<std::optional<int64_t>> ChildNumber(const XmlElement& parent, std::string_view name) {
  const auto text = parent.ChildText(name);
  if (!text) return std::optional<int64_t>();
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (error != std::errc() || end != text->data() + text->size() || text->empty())
    return S3Error(S3Code::kMalformedXml);
  return std::optional<int64_t>(number);
}

S3Result<bool> ReadEnabled(const XmlElement& element) {
  const auto status = element.ChildText("Status");
  if (status == "Enabled") return true;
  if (status == "Disabled") return false;
  return S3Error(S3Code::kMalformedXml);
}

S3Result<std::string> ReadRuleId(const XmlElement& rule) {
  std::string id = rule.ChildText("ID").value_or("");
  if (id.empty()) return NewUlid();
  if (id.size() <= kMaxRuleIdBytes) return id;
  return S3Error(S3Code::kInvalidArgument, "ID length should not exceed allowed limit of 255");
}

S3Status CheckChildren(const XmlElement& element, std::initializer_list<std::string_view> known) {
  for (const XmlElement& child : element.children) {
    if (std::find(known.begin(), known.end(), child.name) == known.end()) {
      return S3Error(S3Code::kMalformedXml,
                     "The XML you provided was not well-formed or did not validate against our "
                     "published schema: " +
                         element.name + " has no element " + child.name);
    }
  }
  return {};
}

}  // namespace tarn::extract::s3
