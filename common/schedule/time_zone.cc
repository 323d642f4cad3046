#include "common/schedule/time_zone.h"

#include <date/tz.h>

#include <exception>
#include <fstream>
#include <sstream>

#include "common/schedule/zone_tail.h"

namespace tarn::schedule {
namespace {

using std::chrono::seconds;

// Later transitions are none that a file lists: the last one it has holds for ever.
constexpr std::chrono::sys_seconds kEndOfTables = std::chrono::sys_days(std::chrono::year(2300) / 1 / 1);

/// The last line of a zone's file (RFC 8536 section 3.3); empty where there is none.
std::string ReadFooter(const std::string& zone) {
  std::ifstream file("/usr/share/zoneinfo/" + zone, std::ios::binary);
  std::string content((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (content.size() < 2 || content.back() != '\n') return "";
  const size_t before = content.rfind('\n', content.size() - 2);
  return before == std::string::npos ? "" : content.substr(before + 1, content.size() - before - 2);
}

Error NoSuchZone(const std::string& name) {
  return Error(
      Code::kInvalidArgument,
      "there is no such time zone; expected a name of the IANA database such as Europe/Berlin, got: " +
          name.substr(0, 64));
}

template <size_t N>
bool HasShape(std::string_view text, const char (&shape)[N]) {
  if (text.size() != N - 1) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (shape[i] == '0' ? !digit : text[i] != shape[i]) return false;
  }
  return true;
}

int Number(std::string_view text, size_t at, size_t length) {
  int number = 0;
  for (const char c : text.substr(at, length)) number = number * 10 + (c - '0');
  return number;
}

}  // namespace

struct TimeZone::Rules {
  const date::time_zone* tables;
  std::optional<ZoneTail> tail;  // for times behind the tables
};

Result<TimeZone> TimeZone::Find(const std::string& name) {
  TimeZone zone;
  if (name == "UTC") return zone;
  try {
    zone.rules_ =
        std::make_shared<const Rules>(Rules{date::locate_zone(name), ZoneTail::Parse(ReadFooter(name))});
    zone.name_ = name;
    zone.OffsetAt(Timestamp());  // a file that cannot be read throws only now
    return zone;
  } catch (const std::exception&) {
    return NoSuchZone(name);
  }
}

seconds TimeZone::OffsetAt(Timestamp time) const {
  if (!rules_) return seconds(0);
  const auto at = std::chrono::floor<seconds>(time);
  const date::sys_info info = rules_->tables->get_info(at);
  if (info.end >= kEndOfTables && rules_->tail) return rules_->tail->OffsetAt(at);
  return info.offset;
}

LocalTime TimeZone::ToLocal(Timestamp time) const {
  return LocalTime(std::chrono::floor<seconds>(time).time_since_epoch() + OffsetAt(time));
}

std::optional<Timestamp> TimeZone::ToUtc(LocalTime local) const {
  const Timestamp as_utc(local.time_since_epoch());
  if (!rules_) return as_utc;
  // The greater offset gives the earlier time. No zone changes twice within two days.
  const seconds before = OffsetAt(as_utc - std::chrono::hours(24));
  const seconds after = OffsetAt(as_utc + std::chrono::hours(24));
  for (const seconds offset : {std::max(before, after), std::min(before, after)}) {
    const Timestamp time = as_utc - offset;
    if (OffsetAt(time) == offset) return time;
  }
  return std::nullopt;
}

std::string TimeZone::Format(Timestamp time) const {
  const seconds offset = OffsetAt(time);
  const date::local_time<seconds> local(ToLocal(time).time_since_epoch());
  std::ostringstream out;
  date::to_stream(out, "%FT%T%Ez", local, nullptr, &offset);
  return out.str();
}

Result<LocalTime> ParseLocalTime(std::string_view text) {
  const bool seconds_given = HasShape(text, "0000-00-00T00:00:00");
  const bool minutes_given = seconds_given || HasShape(text, "0000-00-00T00:00");
  if (minutes_given || HasShape(text, "0000-00-00")) {
    const std::chrono::year_month_day day(std::chrono::year(Number(text, 0, 4)),
                                          std::chrono::month(static_cast<unsigned>(Number(text, 5, 2))),
                                          std::chrono::day(static_cast<unsigned>(Number(text, 8, 2))));
    const int hour = minutes_given ? Number(text, 11, 2) : 0;
    const int minute = minutes_given ? Number(text, 14, 2) : 0;
    const int second = seconds_given ? Number(text, 17, 2) : 0;
    if (day.ok() && hour < 24 && minute < 60 && second < 60) {
      return std::chrono::local_days(day) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
             seconds(second);
    }
  }
  return Error(Code::kInvalidArgument, "expected a date and time such as 2026-01-02T03:04:05, got: " +
                                           std::string(text.substr(0, 64)));
}

}  // namespace tarn::schedule
