#include "services/extract/s3/operations/cors_headers.h"

#include <algorithm>

#include "services/extract/s3/configuration/cors.h"
#include "services/extract/s3/operations/answers.h"

namespace tarn::extract::s3 {
namespace {

std::optional<CorsConfiguration> RulesOf(VersionedStore& store, const std::string& bucket) {
  if (bucket.empty()) return std::nullopt;
  const auto document = store.BucketDocument(bucket, "cors");
  if (!document.ok() || !*document) return std::nullopt;
  auto configuration = CorsConfiguration::Parse(**document);
  if (!configuration.ok()) return std::nullopt;
  return std::move(*configuration);
}

std::string Join(const std::vector<std::string>& items) {
  std::string joined;
  for (const std::string& item : items) joined += (joined.empty() ? "" : ", ") + item;
  return joined;
}

std::vector<std::string> SplitHeaderNames(std::string_view list) {
  std::vector<std::string> names;
  while (!list.empty()) {
    std::string_view item = list.substr(0, list.find(','));
    list.remove_prefix(std::min(item.size() + 1, list.size()));
    while (item.starts_with(' ')) item.remove_prefix(1);
    while (item.ends_with(' ')) item.remove_suffix(1);
    if (!item.empty()) names.emplace_back(item);
  }
  return names;
}

http::Headers HeadersOf(const CorsRule& rule, std::string_view origin) {
  http::Headers headers;
  const bool any = std::find(rule.origins.begin(), rule.origins.end(), "*") != rule.origins.end();
  headers.Add("Access-Control-Allow-Origin", any ? "*" : std::string(origin));
  headers.Add("Access-Control-Allow-Methods", Join(rule.methods));
  if (!rule.exposed_headers.empty()) headers.Add("Access-Control-Expose-Headers", Join(rule.exposed_headers));
  if (rule.max_age_seconds) headers.Add("Access-Control-Max-Age", std::to_string(*rule.max_age_seconds));
  if (!any) headers.Add("Access-Control-Allow-Credentials", "true");
  headers.Add("Vary", "Origin, Access-Control-Request-Headers, Access-Control-Request-Method");
  return headers;
}

}  // namespace

http::Headers CorsHeaders(VersionedStore& store, const S3Request& request) {
  const auto origin = request.Header("Origin");
  if (!origin) return {};
  const auto rules = RulesOf(store, request.bucket);
  const CorsRule* rule = rules ? rules->Find(*origin, http::MethodName(request.method()), {}) : nullptr;
  return rule ? HeadersOf(*rule, *origin) : http::Headers();
}

S3Result<http::Response> AnswerPreflight(VersionedStore& store, const S3Request& request) {
  const auto origin = request.Header("Origin"), method = request.Header("Access-Control-Request-Method");
  if (!origin || !method) {
    return S3Error(S3Code::kBadRequest, std::string("Insufficient information. ") +
                                            (origin ? "Access-Control-Request-Method" : "Origin") +
                                            " request header needed.");
  }
  const auto names = SplitHeaderNames(request.Header("Access-Control-Request-Headers").value_or(""));
  const auto rules = RulesOf(store, request.bucket);
  const CorsRule* rule = rules ? rules->Find(*origin, *method, names) : nullptr;
  if (!rule) {
    return S3Error(S3Code::kAccessDenied, rules ? "CORSResponse: This CORS request is not allowed."
                                                : "CORSResponse: CORS is not enabled for this bucket.")
        .With("Method", std::string(*method));
  }
  http::Response response = EmptyResponse(200);
  response.headers = HeadersOf(*rule, *origin);
  if (!names.empty()) response.headers.Add("Access-Control-Allow-Headers", Join(names));
  return response;
}

}  // namespace tarn::extract::s3
