#include "services/query/system_tables/service_client.h"

#include <nlohmann/json.hpp>

#include "common/json/json.h"
#include "common/text/percent_encoding.h"

namespace tarn::query {
namespace {

constexpr int kPageItems = 1'000;
constexpr uint64_t kMaxPageBytes = 32 << 20;

}  // namespace

Result<nlohmann::json> ServiceClient::Get(const std::string& target, std::stop_token cancelled) {
  http_client::Request request;
  request.url = url_ + target;
  request.max_response_bytes = kMaxPageBytes;
  request.timeout = std::chrono::seconds(15);
  request.cancelled = std::move(cancelled);
  const auto response = client_.Send(request);
  if (!response.ok()) {
    const Code code = response.error().code();
    if (code == Code::kCancelled) return response.error();
    return Error(Code::kUnavailable, name_ + " does not answer: " + response.error().message());
  }
  if (response->status == 404) return Error(Code::kNotFound, name_ + " has nothing at " + target);
  if (response->status != 200) {
    return Error(Code::kUnavailable,
                 name_ + " cannot answer now: status " + std::to_string(response->status) + " for " + target);
  }
  auto page = json::Parse(response->body);
  const bool is_page =
      page.ok() && page->is_object() && page->contains("items") && (*page)["items"].is_array();
  if (!is_page) return Error(Code::kInternal, "the answer of " + name_ + " makes no sense: " + target);
  return page;
}

Status ServiceClient::ForEach(const std::string& path, const Parameters& parameters, const TakeItem& take,
                              std::stop_token cancelled) {
  std::string target = path + "?limit=" + std::to_string(kPageItems);
  for (const auto& [name, value] : parameters) target += '&' + name + '=' + text::PercentEncode(value);
  std::string token;
  do {
    const std::string from = token.empty() ? "" : "&page_token=" + text::PercentEncode(token);
    TARN_ASSIGN(const auto page, Get(target + from, cancelled));
    for (const auto& item : page["items"]) TARN_TRY(take(item));
    const auto next = page.find("next_page_token");
    const std::string last =
        std::exchange(token, next != page.end() && next->is_string() ? next->get<std::string>() : "");
    if (!token.empty() && token == last) return Error(Code::kInternal, name_ + " repeats a page: " + path);
  } while (!token.empty());
  return Ok();
}

}  // namespace tarn::query
