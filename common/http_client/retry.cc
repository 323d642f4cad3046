#include <strings.h>

#include <algorithm>
#include <charconv>
#include <random>

#include "common/http_client/http_client.h"
#include "common/time/time.h"
#include "common/time/wait.h"

namespace tarn::http_client {
namespace {

using std::chrono::milliseconds;

bool WorthRepeating(const Result<Response>& result) {
  if (!result.ok()) {
    return result.error().code() == Code::kUnavailable || result.error().code() == Code::kDeadlineExceeded;
  }
  return result->status == 429 || (result->status >= 500 && result->status != 501);
}

std::string Why(const Result<Response>& result) {
  return result.ok() ? "HTTP status " + std::to_string(result->status) : result.error().message();
}

}  // namespace

std::optional<std::string_view> Response::Header(std::string_view name) const {
  for (const auto& [field, value] : headers) {
    if (field.size() == name.size() && strncasecmp(field.data(), name.data(), name.size()) == 0) return value;
  }
  return std::nullopt;
}

std::optional<milliseconds> RetryAfter(const Response& response) {
  const auto text = response.Header("retry-after");
  if (!text || text->empty()) return std::nullopt;
  if (text->find_first_not_of("0123456789") == std::string_view::npos) {
    // Ten years stand for every longer delay, so that milliseconds cannot overflow.
    constexpr uint64_t kMaxSeconds = uint64_t{10} * 365 * 86'400;
    uint64_t seconds = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), seconds);
    if (error != std::errc()) seconds = kMaxSeconds;
    return std::chrono::seconds(std::min(seconds, kMaxSeconds));
  }
  const auto date = ParseHttpDate(*text);
  if (!date.ok()) return std::nullopt;
  return std::max(milliseconds(0), *date - Now());
}

milliseconds Backoff(const RetryPolicy& policy, int attempt) {
  milliseconds ceiling = std::max(milliseconds(0), policy.initial_backoff);
  for (int i = 1; i < attempt && ceiling < policy.max_backoff; ++i) ceiling *= 2;
  ceiling = std::min(ceiling, std::max(milliseconds(0), policy.max_backoff));
  thread_local std::mt19937_64 generator{std::random_device{}()};
  return milliseconds(std::uniform_int_distribution<int64_t>(0, ceiling.count())(generator));
}

Result<Response> HttpClient::SendWithRetry(const Request& request, const RetryPolicy& policy,
                                           const OnRetry& on_retry) {
  for (int attempt = 1;; ++attempt) {
    auto result = Send(request);
    if (attempt >= policy.max_attempts || !WorthRepeating(result)) return result;
    milliseconds delay = Backoff(policy, attempt);
    if (result.ok()) {
      const auto asked = RetryAfter(*result);
      if (asked && *asked > policy.max_retry_after) return result;
      if (asked) delay = std::max(delay, *asked);
    }
    if (on_retry) on_retry(attempt, delay, Why(result));
    if (!Wait(delay, request.cancelled)) return Error(Code::kCancelled, "the request was cancelled");
  }
}

}  // namespace tarn::http_client
