#include "common/schedule/timetable.h"

#include <algorithm>

namespace tarn::schedule {
namespace {

using std::chrono::milliseconds;

constexpr Timestamp kFirstTime = std::chrono::sys_days(std::chrono::year(kFirstYear) / 1 / 1);
constexpr Timestamp kEndOfTime = std::chrono::sys_days(std::chrono::year(kLastYear + 1) / 1 / 1);

/// The last multiple of `length` from `anchor` at or before `time`.
Timestamp GridAtOrBefore(Timestamp anchor, milliseconds length, Timestamp time) {
  const milliseconds past = (time - anchor) % length;
  return time - past - (past.count() < 0 ? length : milliseconds(0));
}

/// FNV-1a, then the finalizer of SplitMix64: the same on every machine and in every version.
uint64_t Hash(std::string_view text, int64_t number) {
  uint64_t hash = 14695981039346656037u;
  const auto add = [&](unsigned char byte) { hash = (hash ^ byte) * 1099511628211u; };
  for (const char c : text) add(static_cast<unsigned char>(c));
  for (int shift = 0; shift < 64; shift += 8)
    add(static_cast<unsigned char>(static_cast<uint64_t>(number) >> shift));
  hash = (hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9u;
  hash = (hash ^ (hash >> 27)) * 0x94d049bb133111ebu;
  return hash ^ (hash >> 31);
}

}  // namespace

std::optional<Timestamp> Timetable::After(Timestamp time) const {
  time = std::max(time, kFirstTime - milliseconds(1));
  if (schedule_.start) time = std::max(time, *schedule_.start - milliseconds(1));
  if (time >= kEndOfTime) return std::nullopt;
  const auto firing = RuleAfter(time);
  if (!firing || *firing >= kEndOfTime || (schedule_.end && *firing > *schedule_.end)) return std::nullopt;
  return firing;
}

std::optional<Timestamp> Timetable::AtOrBefore(Timestamp time) const {
  time = std::min(time, kEndOfTime - milliseconds(1));
  if (schedule_.end) time = std::min(time, *schedule_.end);
  if (time < kFirstTime) return std::nullopt;
  const auto firing = RuleAtOrBefore(time);
  if (!firing || *firing < kFirstTime || (schedule_.start && *firing < *schedule_.start)) return std::nullopt;
  return firing;
}

Timestamp Timetable::Due(Timestamp firing) const {
  if (schedule_.jitter.count() == 0) return firing;
  milliseconds window = schedule_.jitter;
  if (const auto next = After(firing)) window = std::min(window, *next - firing);
  return firing + milliseconds(Hash(name_, ToUnixMillis(firing)) % static_cast<uint64_t>(window.count()));
}

std::optional<Timestamp> Timetable::RuleAfter(Timestamp time) const {
  if (const auto* cron = std::get_if<CronExpression>(&schedule_.rule)) return CronAfter(*cron, time);
  if (const auto* once = std::get_if<Once>(&schedule_.rule))
    return once->time > time ? std::optional(once->time) : std::nullopt;
  const milliseconds length = std::get<Interval>(schedule_.rule).length;
  return GridAtOrBefore(anchor_, length, time) + length;
}

std::optional<Timestamp> Timetable::RuleAtOrBefore(Timestamp time) const {
  if (const auto* cron = std::get_if<CronExpression>(&schedule_.rule)) return CronAtOrBefore(*cron, time);
  if (const auto* once = std::get_if<Once>(&schedule_.rule))
    return once->time <= time ? std::optional(once->time) : std::nullopt;
  return GridAtOrBefore(anchor_, std::get<Interval>(schedule_.rule).length, time);
}

std::optional<Timestamp> Timetable::CronAfter(const CronExpression& cron, Timestamp time) const {
  const TimeZone& zone = schedule_.time_zone;
  // What lies in an hour that is being repeated has been already.
  for (auto local = cron.Next(zone.ToLocal(time)); local; local = cron.Next(*local)) {
    const auto firing = zone.ToUtc(*local);
    if (firing && *firing > time) return firing;
  }
  return std::nullopt;
}

std::optional<Timestamp> Timetable::CronAtOrBefore(const CronExpression& cron, Timestamp time) const {
  const TimeZone& zone = schedule_.time_zone;
  // Just after clocks were set back, local times later than now have been already.
  const auto offset = std::max(zone.OffsetAt(time), zone.OffsetAt(time - std::chrono::hours(24)));
  const LocalTime until(std::chrono::floor<std::chrono::seconds>(time).time_since_epoch() + offset);
  for (auto local = cron.Previous(until + std::chrono::seconds(1)); local; local = cron.Previous(*local)) {
    const auto firing = zone.ToUtc(*local);
    if (firing && *firing <= time) return firing;
  }
  return std::nullopt;
}

}  // namespace tarn::schedule
