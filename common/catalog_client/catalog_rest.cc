#include "common/catalog_client/catalog_rest.h"

#include <nlohmann/json.hpp>

#include "common/json/json.h"
#include "common/text/percent_encoding.h"
#include "common/tracing/trace_context.h"

namespace tarn::catalog_client {
namespace {

using nlohmann::json;

constexpr uint64_t kMaxBytes = 64 << 20;

Code CodeOf(int status) {
  switch (status) {
    case 404:
      return Code::kNotFound;
    case 409:
      return Code::kConflict;
    case 412:
      return Code::kPreconditionFailed;
    case 413:
      return Code::kTooLarge;
    case 422:
      return Code::kUnprocessable;
    default:
      break;
  }
  if (status == 429 || status >= 500) return Code::kUnavailable;
  return Code::kInvalidArgument;
}

Error Refusal(const http_client::Response& response) {
  const Code code = CodeOf(response.status);
  const auto problem = tarn::json::Parse(response.body);
  std::string detail = "status " + std::to_string(response.status), where;
  if (problem.ok() && problem->is_object()) {
    detail = problem->value("detail", detail);
    where = problem->value("where", "");
  }
  if (code == Code::kUnavailable) detail = "the catalog cannot answer now: " + detail;
  return Error(code, std::move(detail)).At(std::move(where));
}

http_client::Request WithBody(const char* method, const std::string& path, const char* media_type,
                              const json& body, std::stop_token cancelled) {
  http_client::Request request;
  request.method = method;
  request.url = path;
  request.headers = {{"Content-Type", media_type}};
  request.body = tarn::json::Dump(body);
  request.cancelled = std::move(cancelled);
  return request;
}

}  // namespace

Result<json> CatalogRest::Send(http_client::Request request) {
  request.url = url_ + request.url;
  request.timeout = std::chrono::seconds(15);
  request.path_as_is = true;
  request.max_response_bytes = kMaxBytes;
  request.headers.emplace_back("traceparent", TraceContext::Current().Traceparent());
  const auto response = client_.Send(request);
  if (!response.ok()) {
    const Code code = response.error().code();
    if (code == Code::kCancelled || code == Code::kDeadlineExceeded) return response.error();
    return Error(Code::kUnavailable, "the catalog does not answer: " + response.error().message());
  }
  if (response->status < 200 || response->status > 299) return Refusal(*response);
  if (response->body.empty()) return json();
  auto body = tarn::json::Parse(response->body);
  if (!body.ok()) return Error(Code::kInternal, "the catalog's answer makes no sense");
  return std::move(*body);
}

Result<json> CatalogRest::Get(const std::string& path, std::stop_token cancelled) {
  http_client::Request request;
  request.url = path;
  request.cancelled = cancelled;
  return Send(std::move(request));
}

Result<json> CatalogRest::Put(const std::string& path, const json& body, bool if_new,
                              std::stop_token cancelled) {
  auto request = WithBody("PUT", path, "application/json", body, std::move(cancelled));
  if (if_new) request.headers.emplace_back("If-None-Match", "*");
  return Send(std::move(request));
}

Result<json> CatalogRest::Patch(const std::string& path, const json& body, std::stop_token cancelled) {
  return Send(WithBody("PATCH", path, "application/merge-patch+json", body, std::move(cancelled)));
}

Result<json> CatalogRest::Post(const std::string& path, const json& body, std::stop_token cancelled) {
  return Send(WithBody("POST", path, "application/json", body, std::move(cancelled)));
}

Status CatalogRest::Delete(const std::string& path, std::stop_token cancelled) {
  http_client::Request request;
  request.method = "DELETE";
  request.url = path;
  request.cancelled = cancelled;
  const auto answer = Send(std::move(request));
  return answer.ok() ? Ok() : Status(answer.error());
}

Result<std::vector<json>> CatalogRest::Items(const std::string& path, size_t max_items,
                                             std::stop_token cancelled) {
  std::vector<json> items;
  std::string token;
  do {
    const std::string page_token = token.empty() ? "" : "&page_token=" + text::PercentEncode(token);
    TARN_ASSIGN(json page, Get(path + "?limit=1000" + page_token, cancelled));
    if (!page.is_object() || !page["items"].is_array())
      return Error(Code::kInternal, "the catalog's answer makes no sense");
    for (json& item : page["items"]) items.push_back(std::move(item));
    if (items.size() > max_items)
      return Error(Code::kTooLarge, "the list has over " + std::to_string(max_items) + " items");
    const json& next = page["next_page_token"];
    token = next.is_string() ? next.get<std::string>() : "";
  } while (!token.empty());
  return items;
}

std::string CatalogRest::Path(std::initializer_list<std::string_view> parts) {
  std::string path = "/v1";
  for (const auto part : parts) path += '/' + text::PercentEncode(std::string(part));
  return path;
}

}  // namespace tarn::catalog_client
