#include "common/schedule/schedule.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "common/config/option_set.h"
#include "common/json/json.h"
#include "common/schedule/expression.h"
#include "common/schedule/timetable.h"

namespace tarn::schedule {
namespace {

constexpr int64_t kGreatestMaxMissed = 1000;
constexpr std::chrono::milliseconds kLongestJitter = std::chrono::hours(24);
constexpr const char* kKinds[] = {"every", "rate", "cron", "at"};

/// Takes the value out of a result, or tells the reader what is wrong with the member.
template <class T>
std::optional<T> Accept(json::ObjectReader& reader, std::string_view name, Result<T> parsed) {
  if (parsed.ok()) return *std::move(parsed);
  reader.Fail(name, parsed.error().message());
  return std::nullopt;
}

void ReadTimeZone(json::ObjectReader& reader, Schedule& schedule) {
  const auto name = reader.OptionalString("time_zone");
  if (!name) return;
  if (auto zone = Accept(reader, "time_zone", TimeZone::Find(*name))) schedule.time_zone = *std::move(zone);
}

std::optional<Timestamp> ReadTime(json::ObjectReader& reader, std::string_view name, const TimeZone& zone) {
  const auto text = reader.OptionalString(name);
  return text ? Accept(reader, name, ParseTime(*text, zone)) : std::nullopt;
}

void ReadBounds(json::ObjectReader& reader, Schedule& schedule) {
  schedule.start = ReadTime(reader, "start", schedule.time_zone);
  schedule.end = ReadTime(reader, "end", schedule.time_zone);
  if (schedule.start && schedule.end && *schedule.start > *schedule.end) {
    reader.Fail("end", "must not be before start, got: " + FormatRfc3339(*schedule.end));
  }
}

void ReadJitter(json::ObjectReader& reader, Schedule& schedule) {
  const auto text = reader.OptionalString("jitter");
  if (!text) return;
  const auto jitter = Accept(reader, "jitter", config::ParseDuration(*text));
  if (jitter && *jitter > kLongestJitter) return reader.Fail("jitter", "must be 24h or less, got: " + *text);
  schedule.jitter = jitter.value_or(schedule.jitter);
}

template <class Enum, size_t N>
void ReadChoice(json::ObjectReader& reader, std::string_view member, const Enum (&choices)[N],
                const char* (*name_of)(Enum), Enum& target) {
  const auto text = reader.OptionalString(member);
  if (!text) return;
  std::string names;
  for (const Enum choice : choices) {
    if (*text == name_of(choice)) {
      target = choice;
      return;
    }
    names += (names.empty() ? "" : ", ") + std::string(name_of(choice));
  }
  reader.Fail(member, "expected one of " + names + ", got: " + text->substr(0, 64));
}

void ReadPolicies(json::ObjectReader& reader, Schedule& schedule) {
  ReadChoice(reader, "missed", {Missed::kSkip, Missed::kOnce, Missed::kAll}, MissedName, schedule.missed);
  ReadChoice(reader, "overlap", {Overlap::kForbid, Overlap::kQueue, Overlap::kAllow, Overlap::kReplace},
             OverlapName, schedule.overlap);
  schedule.max_missed = reader.OptionalInteger("max_missed").value_or(schedule.max_missed);
  if (schedule.max_missed < 1 || schedule.max_missed > kGreatestMaxMissed) {
    reader.Fail("max_missed", "expected 1 to 1000, got: " + std::to_string(schedule.max_missed));
  }
  schedule.paused = reader.OptionalBool("paused").value_or(false);
}

Status SetRule(Schedule& schedule, std::string kind, std::string_view text) {
  schedule.expression = Unwrap(kind, text);
  if (kind == "every") {
    TARN_ASSIGN(schedule.rule, ParseEvery(text));
  } else if (kind == "rate") {
    TARN_ASSIGN(schedule.rule, ParseRate(schedule.expression));
  } else if (kind == "cron") {
    TARN_ASSIGN(schedule.rule, CronExpression::Parse(schedule.expression));
  } else {
    TARN_ASSIGN(const Timestamp time, ParseTime(schedule.expression, schedule.time_zone));
    schedule.rule = Once{time};
  }
  schedule.kind = std::move(kind);
  return Ok();
}

/// Reads the one member that says when.
void ReadRule(json::ObjectReader& reader, Schedule& schedule) {
  for (const char* kind : kKinds) {
    const auto text = reader.OptionalString(kind);
    if (!text) continue;
    if (!schedule.kind.empty()) return reader.Fail(kind, "only one may be there of every, rate, cron and at");
    if (const Status set = SetRule(schedule, kind, *text); !set.ok())
      return reader.Fail(kind, set.error().message());
  }
}

Status CheckFires(const Schedule& schedule, const std::string& pointer) {
  const bool bounded = schedule.start || schedule.end;
  if (Timetable(schedule, "", Timestamp()).After(Timestamp(std::chrono::milliseconds(-1)))) return Ok();
  const std::string when = bounded ? "from start to end" : "in the years 1970 to 2199";
  return Error(Code::kInvalidArgument, "it would never fire: there is no such time " + when +
                                           ", got: " + schedule.expression.substr(0, 100))
      .At(pointer);
}

Result<Schedule> ParseText(std::string_view text, const std::string& pointer) {
  Schedule schedule;
  auto recognized = RecognizeExpression(text);
  const Status status =
      recognized.ok() ? SetRule(schedule, recognized->kind, recognized->text) : Status(recognized.error());
  if (!status.ok()) return Error(Code::kInvalidArgument, status.error().message()).At(pointer);
  TARN_TRY(CheckFires(schedule, pointer));
  return schedule;
}

}  // namespace

const char* MissedName(Missed missed) {
  switch (missed) {
    case Missed::kSkip:
      return "skip";
    case Missed::kOnce:
      return "once";
    case Missed::kAll:
      return "all";
  }
  return "";
}

const char* OverlapName(Overlap overlap) {
  switch (overlap) {
    case Overlap::kForbid:
      return "forbid";
    case Overlap::kQueue:
      return "queue";
    case Overlap::kAllow:
      return "allow";
    case Overlap::kReplace:
      return "replace";
  }
  return "";
}

Result<Schedule> Schedule::Parse(const nlohmann::json& definition, const std::string& pointer) {
  if (definition.is_string()) return ParseText(definition.get_ref<const std::string&>(), pointer);
  Schedule schedule;
  json::ObjectReader reader(definition, pointer);
  ReadTimeZone(reader, schedule);
  ReadRule(reader, schedule);
  ReadBounds(reader, schedule);
  ReadJitter(reader, schedule);
  ReadPolicies(reader, schedule);
  TARN_TRY(reader.Finish());
  if (schedule.kind.empty()) {
    return Error(Code::kInvalidArgument, "one member is required of every, rate, cron and at").At(pointer);
  }
  TARN_TRY(CheckFires(schedule, pointer + "/" + schedule.kind));
  return schedule;
}

nlohmann::json Schedule::ToJson() const {
  nlohmann::json shown = {{kind, expression},
                          {"time_zone", time_zone.name()},
                          {"jitter", config::FormatDuration(jitter)},
                          {"missed", MissedName(missed)},
                          {"max_missed", max_missed},
                          {"overlap", OverlapName(overlap)},
                          {"paused", paused}};
  if (start) shown["start"] = FormatRfc3339(*start);
  if (end) shown["end"] = FormatRfc3339(*end);
  return shown;
}

std::string Schedule::Timing() const {
  const auto time = [](const std::optional<Timestamp>& at) { return at ? FormatRfc3339(*at) : "-"; };
  return kind + "(" + expression + ") " + time_zone.name() + " " + time(start) + " " + time(end) +
         (paused ? " paused" : "");
}

}  // namespace tarn::schedule
