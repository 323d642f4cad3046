#include "services/extract/s3/configuration/cors.h"

#include <algorithm>

#include "common/http/message.h"
#include "services/extract/s3/configuration/rule_filter.h"
#include "services/extract/s3/wire/xml_reader.h"
#include "services/extract/s3/wire/xml_writer.h"

namespace tarn::extract::s3 {
namespace {

constexpr size_t kMaxRules = 100;
constexpr std::string_view kMethods[] = {"GET", "PUT", "POST", "DELETE", "HEAD"};

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return lower;
}

bool MatchesWildcard(std::string_view pattern, std::string_view text) {
  const size_t star = pattern.find('*');
  if (star == std::string_view::npos) return pattern == text;
  const std::string_view before = pattern.substr(0, star), after = pattern.substr(star + 1);
  return text.size() >= before.size() + after.size() && text.starts_with(before) && text.ends_with(after);
}

S3Status CheckWildcards(const std::vector<std::string>& patterns, std::string_view name) {
  for (const std::string& pattern : patterns) {
    if (std::count(pattern.begin(), pattern.end(), '*') <= 1) continue;
    return S3Error(S3Code::kInvalidRequest,
                   std::string(name) + " \"" + pattern + "\" can not have more than one wildcard.");
  }
  return {};
}

S3Result<CorsRule> ReadRule(const XmlElement& element) {
  if (element.name != "CORSRule") return S3Error(S3Code::kMalformedXml);
  TARN_TRY(CheckChildren(
      element, {"ID", "AllowedOrigin", "AllowedMethod", "AllowedHeader", "ExposeHeader", "MaxAgeSeconds"}));
  CorsRule rule;
  rule.id = element.ChildText("ID").value_or("");
  for (const XmlElement& child : element.children) {
    if (child.name == "AllowedOrigin") rule.origins.push_back(child.text);
    if (child.name == "AllowedMethod") rule.methods.push_back(child.text);
    if (child.name == "AllowedHeader") rule.headers.push_back(child.text);
    if (child.name == "ExposeHeader") rule.exposed_headers.push_back(child.text);
  }
  TARN_ASSIGN(rule.max_age_seconds, ChildNumber(element, "MaxAgeSeconds"));
  if (rule.origins.empty() || rule.methods.empty()) return S3Error(S3Code::kMalformedXml);
  for (const std::string& method : rule.methods) {
    if (std::find(std::begin(kMethods), std::end(kMethods), method) != std::end(kMethods)) continue;
    return S3Error(S3Code::kInvalidRequest,
                   "Found unsupported HTTP method in CORS config. Unsupported method is " + method);
  }
  TARN_TRY(CheckWildcards(rule.origins, "AllowedOrigin"));
  TARN_TRY(CheckWildcards(rule.headers, "AllowedHeader"));
  return rule;
}

}  // namespace

bool CorsRule::Allows(std::string_view origin, std::string_view method) const {
  return std::find(methods.begin(), methods.end(), method) != methods.end() &&
         std::any_of(origins.begin(), origins.end(),
                     [&](const std::string& pattern) { return MatchesWildcard(pattern, origin); });
}

bool CorsRule::AllowsHeader(std::string_view header) const {
  const std::string name = Lower(header);
  return std::any_of(headers.begin(), headers.end(),
                     [&](const std::string& pattern) { return MatchesWildcard(Lower(pattern), name); });
}

S3Result<CorsConfiguration> CorsConfiguration::Parse(std::string_view xml) {
  TARN_ASSIGN(const XmlElement root, ReadXml(xml));
  const bool fine =
      root.name == "CORSConfiguration" && !root.children.empty() && root.children.size() <= kMaxRules;
  if (!fine) return S3Error(S3Code::kMalformedXml);
  CorsConfiguration configuration;
  for (const XmlElement& element : root.children) {
    TARN_ASSIGN(CorsRule rule, ReadRule(element));
    configuration.rules.push_back(std::move(rule));
  }
  return configuration;
}

std::string CorsConfiguration::Render() const {
  XmlWriter xml("CORSConfiguration");
  for (const CorsRule& rule : rules) {
    xml.Open("CORSRule");
    if (!rule.id.empty()) xml.Text("ID", rule.id);
    for (const std::string& header : rule.headers) xml.Text("AllowedHeader", header);
    for (const std::string& method : rule.methods) xml.Text("AllowedMethod", method);
    for (const std::string& origin : rule.origins) xml.Text("AllowedOrigin", origin);
    for (const std::string& header : rule.exposed_headers) xml.Text("ExposeHeader", header);
    if (rule.max_age_seconds) xml.Number("MaxAgeSeconds", *rule.max_age_seconds);
    xml.Close();
  }
  return std::move(xml).Finish();
}

const CorsRule* CorsConfiguration::Find(std::string_view origin, std::string_view method,
                                        const std::vector<std::string>& headers) const {
  for (const CorsRule& rule : rules) {
    const bool allowed = rule.Allows(origin, method) &&
                         std::all_of(headers.begin(), headers.end(),
                                     [&](const std::string& header) { return rule.AllowsHeader(header); });
    if (allowed) return &rule;
  }
  return nullptr;
}

}  // namespace tarn::extract::s3
