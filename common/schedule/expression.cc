#include "common/schedule/expression.h"

#include <charconv>

#include "common/config/option_set.h"

namespace tarn::schedule {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kShortest = std::chrono::seconds(1);
constexpr milliseconds kLongest = std::chrono::hours(24 * 3650);

struct Unit {
  std::string_view name;
  milliseconds length;
};
constexpr Unit kUnits[] = {
    {"minute", std::chrono::minutes(1)}, {"hour", std::chrono::hours(1)}, {"day", std::chrono::hours(24)}};

Error Wrong(const std::string& why, std::string_view text) {
  return Error(Code::kInvalidArgument, why + ", got: " + std::string(text.substr(0, 100)));
}

std::string_view Trim(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return "";
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

}  // namespace

std::string_view Unwrap(std::string_view kind, std::string_view text) {
  text = Trim(text);
  if (!text.starts_with(kind) || !text.ends_with(')')) return text;
  const std::string_view rest = text.substr(kind.size());
  return rest.starts_with('(') ? Trim(rest.substr(1, rest.size() - 2)) : text;
}

Result<Expression> RecognizeExpression(std::string_view text) {
  text = Trim(text);
  for (const char* kind : {"rate", "cron", "at"}) {
    const std::string_view inner = Unwrap(kind, text);
    if (inner != text) return Expression{kind, std::string(inner)};
  }
  const bool fields =
      text.find_first_of(" \t") != std::string_view::npos && text.find('(') == std::string_view::npos;
  if (fields || CronExpression::Parse(text).ok()) return Expression{"cron", std::string(text)};
  return Wrong(
      "expected rate(...), cron(...), at(...), hourly, daily or weekly, or an object with every, rate, cron "
      "or at",
      text);
}

Result<Interval> ParseEvery(std::string_view text) {
  TARN_ASSIGN(const milliseconds length, config::ParseDuration(Trim(text)));
  if (length < kShortest) return Wrong("must be one second or more", text);
  if (length > kLongest) return Wrong("must be 3650 days or less", text);
  return Interval{length};
}

Result<Interval> ParseRate(std::string_view text) {
  const char* const kExpected = "expected a number and minutes, hours or days, as in 5 minutes";
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return Wrong(kExpected, text);
  if (number < 1) return Wrong("the number must be 1 or more", text);
  const std::string_view rest = text.substr(static_cast<size_t>(end - text.data()));
  const std::string_view name = Trim(rest);
  if (rest == name) return Wrong(kExpected, text);
  for (const Unit& unit : kUnits) {
    if (!name.starts_with(unit.name)) continue;
    const std::string_view ending = name.substr(unit.name.size());
    if (ending != "" && ending != "s") continue;
    if ((number == 1) != ending.empty())
      return Wrong("1 takes minute, hour or day, any other number their plural", text);
    if (number > kLongest / unit.length) return Wrong("must be 3650 days or less", text);
    return Interval{number * unit.length};
  }
  return Wrong(kExpected, text);
}

Result<Timestamp> ParseTime(std::string_view text, const TimeZone& zone) {
  text = Trim(text);
  if (const auto absolute = ParseRfc3339(text); absolute.ok()) return *absolute;
  TARN_ASSIGN(const LocalTime local, ParseLocalTime(text));
  const auto time = zone.ToUtc(local);
  if (!time) return Wrong("clocks in " + zone.name() + " skip this time when daylight saving begins", text);
  return *time;
}

}  // namespace tarn::schedule
