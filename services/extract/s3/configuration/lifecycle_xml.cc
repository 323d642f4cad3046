#include <set>

#include "services/extract/s3/configuration/lifecycle.h"
#include "services/extract/s3/wire/xml_reader.h"
#include "services/extract/s3/wire/xml_writer.h"

// Reads and writes the XML of lifecycle configurations.

namespace tarn::extract::s3 {
namespace {

constexpr size_t kMaxRules = 1000;
constexpr int64_t kMaxDays = 36'500;

S3Error BadDays(std::string_view name) {
  return S3Error(
      S3Code::kInvalidArgument,
      "'" + std::string(name) + "' must be a positive integer of at most " + std::to_string(kMaxDays));
}

S3Status ReadDays(const XmlElement& parent, std::string_view name, std::optional<int64_t>& days) {
  TARN_ASSIGN(days, ChildNumber(parent, name));
  if (days && (*days < 1 || *days > kMaxDays)) return BadDays(name);
  return {};
}

S3Status ReadExpiration(const XmlElement& element, LifecycleRule& rule) {
  TARN_TRY(CheckChildren(element, {"Days", "Date", "ExpiredObjectDeleteMarker"}));
  if (element.children.size() != 1) return S3Error(S3Code::kMalformedXml);
  TARN_TRY(ReadDays(element, "Days", rule.expire_after_days));
  if (const auto date = element.ChildText("Date")) {
    // A date alone is midnight.
    const auto time = ParseRfc3339(date->find('T') == std::string::npos ? *date + "T00:00:00Z" : *date);
    if (!time.ok()) return S3Error(S3Code::kMalformedXml);
    if (*time != std::chrono::floor<std::chrono::days>(*time)) {
      return S3Error(S3Code::kInvalidArgument, "'Date' must be at midnight GMT");
    }
    rule.expire_at = *time;
  }
  if (const auto markers = element.ChildText("ExpiredObjectDeleteMarker")) {
    if (*markers != "true" && *markers != "false") return S3Error(S3Code::kMalformedXml);
    rule.expire_lone_delete_markers = *markers == "true";
  }
  return {};
}

S3Status ReadNoncurrent(const XmlElement& element, LifecycleRule& rule) {
  TARN_TRY(CheckChildren(element, {"NoncurrentDays", "NewerNoncurrentVersions"}));
  TARN_TRY(ReadDays(element, "NoncurrentDays", rule.expire_noncurrent_after_days));
  if (!rule.expire_noncurrent_after_days) return S3Error(S3Code::kMalformedXml);
  TARN_ASSIGN(rule.noncurrent_versions_kept, ChildNumber(element, "NewerNoncurrentVersions"));
  const auto& kept = rule.noncurrent_versions_kept;
  if (kept && (*kept < 1 || *kept > 100)) {
    return S3Error(S3Code::kInvalidArgument, "'NewerNoncurrentVersions' must be between 1 and 100");
  }
  return {};
}

S3Status CheckRule(const LifecycleRule& rule) {
  const bool acts = rule.expire_after_days || rule.expire_at || rule.expire_lone_delete_markers ||
                    rule.expire_noncurrent_after_days || rule.abort_uploads_after_days;
  if (!acts) return S3Error(S3Code::kInvalidRequest, "At least one action needs to be specified in a rule.");
  if (rule.filter.tags.empty()) return {};
  if (rule.abort_uploads_after_days) {
    return S3Error(S3Code::kInvalidRequest, "AbortIncompleteMultipartUpload cannot be specified with Tags.");
  }
  if (rule.expire_lone_delete_markers) {
    return S3Error(S3Code::kInvalidRequest, "ExpiredObjectDeleteMarker cannot be specified with Tags.");
  }
  return {};
}

S3Result<LifecycleRule> ReadRule(const XmlElement& element) {
  if (element.name != "Rule") return S3Error(S3Code::kMalformedXml);
  if (element.Child("Transition") || element.Child("NoncurrentVersionTransition")) {
    return S3Error(S3Code::kNotImplemented, "Transitions are not implemented: there is one storage class.");
  }
  TARN_TRY(CheckChildren(element, {"ID", "Status", "Filter", "Prefix", "Expiration",
                                   "NoncurrentVersionExpiration", "AbortIncompleteMultipartUpload"}));
  LifecycleRule rule;
  TARN_ASSIGN(rule.id, ReadRuleId(element));
  TARN_ASSIGN(rule.enabled, ReadEnabled(element));
  TARN_ASSIGN(rule.filter, ParseRuleFilter(element));
  if (const auto* expiration = element.Child("Expiration")) TARN_TRY(ReadExpiration(*expiration, rule));
  if (const auto* noncurrent = element.Child("NoncurrentVersionExpiration"))
    TARN_TRY(ReadNoncurrent(*noncurrent, rule));
  if (const auto* abort = element.Child("AbortIncompleteMultipartUpload")) {
    TARN_TRY(ReadDays(*abort, "DaysAfterInitiation", rule.abort_uploads_after_days));
    if (!rule.abort_uploads_after_days) return S3Error(S3Code::kMalformedXml);
  }
  TARN_TRY(CheckRule(rule));
  return rule;
}

void WriteExpiration(XmlWriter& xml, const LifecycleRule& rule) {
  if (!rule.expire_after_days && !rule.expire_at && !rule.expire_lone_delete_markers) return;
  xml.Open("Expiration");
  if (rule.expire_after_days) xml.Number("Days", *rule.expire_after_days);
  if (rule.expire_at) xml.Text("Date", FormatRfc3339(*rule.expire_at));
  if (rule.expire_lone_delete_markers) xml.Flag("ExpiredObjectDeleteMarker", true);
  xml.Close();
}

void WriteRule(XmlWriter& xml, const LifecycleRule& rule) {
  xml.Open("Rule").Text("ID", rule.id);
  WriteRuleFilter(xml, rule.filter);
  xml.Text("Status", rule.enabled ? "Enabled" : "Disabled");
  WriteExpiration(xml, rule);
  if (rule.expire_noncurrent_after_days) {
    xml.Open("NoncurrentVersionExpiration").Number("NoncurrentDays", *rule.expire_noncurrent_after_days);
    if (rule.noncurrent_versions_kept) xml.Number("NewerNoncurrentVersions", *rule.noncurrent_versions_kept);
    xml.Close();
  }
  if (rule.abort_uploads_after_days) {
    xml.Open("AbortIncompleteMultipartUpload")
        .Number("DaysAfterInitiation", *rule.abort_uploads_after_days)
        .Close();
  }
  xml.Close();
}

}  // namespace

S3Result<LifecycleConfiguration> LifecycleConfiguration::Parse(std::string_view xml) {
  TARN_ASSIGN(const XmlElement root, ReadXml(xml));
  const bool fine =
      root.name == "LifecycleConfiguration" && !root.children.empty() && root.children.size() <= kMaxRules;
  if (!fine) return S3Error(S3Code::kMalformedXml);
  LifecycleConfiguration configuration;
  std::set<std::string> ids;
  for (const XmlElement& element : root.children) {
    TARN_ASSIGN(LifecycleRule rule, ReadRule(element));
    if (!ids.insert(rule.id).second) {
      return S3Error(S3Code::kInvalidArgument,
                     "Rule ID must be unique. Found same ID for more than one rule");
    }
    configuration.rules.push_back(std::move(rule));
  }
  return configuration;
}

std::string LifecycleConfiguration::Render() const {
  XmlWriter xml("LifecycleConfiguration");
  for (const LifecycleRule& rule : rules) WriteRule(xml, rule);
  return std::move(xml).Finish();
}

}  // namespace tarn::extract::s3
