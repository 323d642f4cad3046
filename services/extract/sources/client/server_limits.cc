#include "services/extract/sources/client/server_limits.h"

#include <algorithm>
#include <charconv>
#include <string>
#include <string_view>

namespace tarn::extract {
namespace {

using http_client::Response;
using std::chrono::milliseconds;

constexpr milliseconds kLongest = std::chrono::hours(24);
constexpr double kEarliestEpochSeconds = 1e9;  // September 2001; as a delay these are 31 years
constexpr double kEarliestEpochMillis = 1e12;

struct Names {
  const char* remaining;
  const char* reset;
};
constexpr Names kNames[] = {{"ratelimit-remaining", "ratelimit-reset"},
                            {"x-ratelimit-remaining", "x-ratelimit-reset"},
                            {"x-rate-limit-remaining", "x-rate-limit-reset"}};

milliseconds Bounded(milliseconds delay) { return std::clamp(delay, milliseconds(0), kLongest); }

Timestamp ServersNow(const Response& response, Timestamp now) {
  const auto date = response.Header("date");
  if (!date) return now;
  const auto parsed = ParseHttpDate(*date);
  return parsed.ok() ? *parsed : now;
}

std::string_view Trim(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// Not negative; several servers send fractions.
std::optional<double> Number(std::string_view text) {
  text = Trim(text);
  double value = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  if (error != std::errc() || end != text.data() + text.size() || !(value >= 0)) return std::nullopt;
  return value;
}

milliseconds UntilReset(double reset, const Response& response, Timestamp now) {
  if (reset < kEarliestEpochSeconds) {
    return Bounded(milliseconds(static_cast<int64_t>(std::min(reset, 86'400.0) * 1'000)));
  }
  const double millis = reset >= kEarliestEpochMillis ? std::min(reset, 1e15) : reset * 1'000;
  return Bounded(Timestamp(milliseconds(static_cast<int64_t>(millis))) - ServersNow(response, now));
}

/// Calls `take` with each part between `separator`s outside of quotes.
template <class Take>
void Split(std::string_view text, char separator, const Take& take) {
  bool quoted = false;
  size_t begin = 0;
  for (size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && text[i] == '"') quoted = !quoted;
    if (i < text.size() && (quoted || text[i] != separator)) continue;
    take(Trim(text.substr(begin, i - begin)));
    begin = i + 1;
  }
}

struct Window {
  std::optional<double> remaining, reset;

  void Read(std::string_view parameter) {
    const size_t equals = parameter.find('=');
    if (equals == std::string_view::npos) return;
    const std::string_view name = Trim(parameter.substr(0, equals)), value = parameter.substr(equals + 1);
    if (name == "r" || name == "remaining") remaining = Number(value);
    if (name == "t" || name == "reset") reset = Number(value);
  }
  std::optional<double> Delay() const { return remaining == 0.0 ? reset : std::nullopt; }
};

// "limit=100, remaining=0, reset=9" is one window; "burst";r=0;t=9, "day";r=5;t=99 are several.
std::optional<double> DelayOfRateLimit(std::string_view field) {
  Window whole;
  std::optional<double> longest;
  Split(field, ',', [&](std::string_view item) {
    whole.Read(item);
    Window window;
    Split(item, ';', [&](std::string_view parameter) { window.Read(parameter); });
    if (const auto delay = window.Delay()) longest = std::max(longest.value_or(0), *delay);
  });
  if (const auto delay = whole.Delay()) longest = std::max(longest.value_or(0), *delay);
  return longest;
}

}  // namespace

std::optional<milliseconds> AskedDelay(const Response& response, Timestamp now) {
  const auto text = response.Header("retry-after");
  if (!text) return std::nullopt;
  if (const auto date = ParseHttpDate(*text); date.ok()) return Bounded(*date - ServersNow(response, now));
  const auto delay = http_client::RetryAfter(response);
  return delay ? std::optional(Bounded(*delay)) : std::nullopt;
}

std::optional<milliseconds> BudgetDelay(const Response& response, Timestamp now) {
  std::optional<milliseconds> longest;
  const auto consider = [&](std::optional<double> reset) {
    if (reset) longest = std::max(longest.value_or(milliseconds(0)), UntilReset(*reset, response, now));
  };
  if (const auto field = response.Header("ratelimit")) consider(DelayOfRateLimit(*field));
  for (const Names& names : kNames) {
    const auto remaining = response.Header(names.remaining), reset = response.Header(names.reset);
    if (remaining && reset && Number(*remaining) == 0.0) consider(Number(*reset));
  }
  return longest;
}

}  // namespace tarn::extract
