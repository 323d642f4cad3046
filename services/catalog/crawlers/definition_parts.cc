#include "services/catalog/crawlers/definition_parts.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "common/config/option_set.h"
#include "common/json/json.h"
#include "common/schedule/expression.h"
#include "services/catalog/crawlers/definition_values.h"
#include "services/catalog/crawlers/key_names.h"

namespace tarn::catalog {
namespace {

using nlohmann::json;
using Reader = tarn::json::ObjectReader;

constexpr size_t kMaxTargets = 100;
constexpr size_t kMaxPatterns = 200;
constexpr size_t kMaxKeyBytes = 1024;
constexpr size_t kMaxPartitionKeys = 32;
constexpr int64_t kMaxLevel = 100;
constexpr std::array<const char*, 3> kKeyTypes = {"BIGINT", "DATE", "VARCHAR"};

Result<std::vector<Glob>> ReadPatterns(const json& patterns, const std::string& pointer) {
  if (patterns.size() > kMaxPatterns)
    return Error(Code::kInvalidArgument, "expected at most 200 patterns").At(pointer);
  std::vector<Glob> globs;
  for (size_t i = 0; i < patterns.size(); ++i) {
    const std::string place = pointer + "/" + std::to_string(i);
    if (!patterns[i].is_string())
      return Error(Code::kInvalidArgument, "expected a pattern, a text").At(place);
    const std::string text = patterns[i].get<std::string>();
    auto glob = Glob::Parse(text);
    if (!glob.ok()) return Error(Code::kInvalidArgument, glob.error().message() + "; got " + text).At(place);
    globs.push_back(*std::move(glob));
  }
  return globs;
}

// "bucket/some/prefix/" stands for {bucket, prefix}.
json TargetObject(const json& value) {
  if (!value.is_string()) return value;
  const std::string text = value.get<std::string>();
  const size_t slash = text.find('/');
  if (slash == std::string::npos) return {{"bucket", text}};
  return {{"bucket", text.substr(0, slash)}, {"prefix", text.substr(slash + 1)}};
}

Result<CrawlTarget> ReadTarget(const json& value, const std::string& pointer) {
  Reader reader(value, pointer);
  CrawlTarget target;
  target.bucket = reader.RequiredString("bucket");
  if (target.bucket.empty()) reader.Fail("bucket", "expected the name of a bucket");
  if (target.bucket.find('/') != std::string::npos)
    reader.Fail("bucket", "a bucket's name has no slash; what follows it is the prefix: " + target.bucket);
  target.prefix = reader.OptionalString("prefix").value_or("");
  if (target.prefix.size() > kMaxKeyBytes) reader.Fail("prefix", "longer than a key can be (1024 bytes)");
  if (target.prefix.starts_with('/')) reader.Fail("prefix", "keys begin without a slash: " + target.prefix);
  if (target.prefix.find_first_of("*?{[") != std::string::npos)
    reader.Fail("prefix", "a prefix is no pattern; say what to leave out with exclude: " + target.prefix);
  if (!target.prefix.empty() && !target.prefix.ends_with('/')) target.prefix += '/';
  const json* patterns = reader.OptionalArray("exclude");
  TARN_TRY(reader.Finish());
  if (patterns) {
    TARN_ASSIGN(target.exclude, ReadPatterns(*patterns, pointer + "/exclude"));
  }
  return target;
}

// `hive` stands for {style: hive}.
json ObjectOf(const json& value, const char* key) { return value.is_string() ? json{{key, value}} : value; }

Status RefuseUnless(bool fits, const json& value, const char* place, const char* key, const char* only) {
  if (fits || !value.is_object() || !value.contains(key)) return Ok();
  return Error(Code::kInvalidArgument, std::string(key) + " is for " + only + " only")
      .At(std::string(place) + "/" + key);
}

void ReadKeyNames(Reader& reader, PartitionRules& rules) {
  rules.names = reader.OptionalStringArray("names").value_or(std::vector<std::string>());
  if (rules.names.size() > kMaxPartitionKeys) reader.Fail("names", "expected at most 32 names");
  if (!rules.names.empty() && rules.style != PartitionRules::Style::kPositional)
    reader.Fail("names", "names are for style positional only; in style hive the folders name the keys");
  for (const std::string& name : rules.names) {
    if (name.empty() || TableNamePart(name) != name)
      reader.Fail("names", "names are made of a-z, 0-9 and _; got " + name);
    if (std::count(rules.names.begin(), rules.names.end(), name) > 1)
      reader.Fail("names", "this name stands here twice: " + name);
  }
}

void ReadKeyTypes(Reader& reader, PartitionRules& rules) {
  const json* types = reader.OptionalObject("types");
  if (!types) return;
  if (types->size() > kMaxPartitionKeys) return reader.Fail("types", "expected at most 32 types");
  for (const auto& [key, type] : types->items()) {
    const bool known = type.is_string() && std::find(kKeyTypes.begin(), kKeyTypes.end(),
                                                     type.get_ref<const std::string&>()) != kKeyTypes.end();
    if (!known) return reader.Fail("types", "expected BIGINT, DATE or VARCHAR for the key " + key);
    rules.types[TableNamePart(key)] = type.get<std::string>();
  }
}

// A number of bytes, or a text such as 10GiB.
Result<uint64_t> ReadSize(const json& value) {
  if (value.is_string()) return config::ParseSize(value.get_ref<const std::string&>());
  if (value.is_number_integer() && value >= 0) return value.get<uint64_t>();
  return Error(Code::kInvalidArgument, "expected a number of bytes, or a size such as 10GiB");
}

}  // namespace

Result<std::vector<CrawlTarget>> ReadTargets(const json& array) {
  if (array.empty() || array.size() > kMaxTargets)
    return Error(Code::kInvalidArgument, "expected 1 to 100 targets").At("/targets");
  std::vector<CrawlTarget> targets;
  for (size_t i = 0; i < array.size(); ++i) {
    const std::string pointer = "/targets/" + std::to_string(i);
    const json object = TargetObject(array[i]);
    TARN_ASSIGN(CrawlTarget target, ReadTarget(object, pointer));
    for (const CrawlTarget& other : targets) {
      if (other.bucket == target.bucket && other.prefix == target.prefix) {
        return Error(Code::kInvalidArgument,
                     "this target stands here twice: " + target.bucket + "/" + target.prefix)
            .At(pointer);
      }
    }
    targets.push_back(std::move(target));
  }
  return targets;
}

Result<Grouping> ReadGrouping(const json& value) {
  const json object = ObjectOf(value, "mode");
  Reader reader(object, "/grouping");
  Grouping grouping;
  constexpr std::array kModes = {Grouping::Mode::kLevel, Grouping::Mode::kSimilar, Grouping::Mode::kSingle};
  ReadChoice(reader, "mode", kModes, GroupingName, grouping.mode);
  ReadInteger(reader, "level", 1, kMaxLevel, grouping.level);
  ReadInteger(reader, "database_level", 0, kMaxLevel, grouping.database_level);
  ReadInteger(reader, "similarity", 1, 100, grouping.similarity);
  ReadName(reader, "table", grouping.table);
  if (grouping.database_level >= grouping.level && grouping.database_level > 0)
    reader.Fail("database_level",
                "the folder of the database lies above that of the table: expected less than level");
  TARN_TRY(reader.Finish());
  const auto is = [&](Grouping::Mode mode) { return grouping.mode == mode; };
  TARN_TRY(RefuseUnless(is(Grouping::Mode::kLevel), value, "/grouping", "level", "mode level"));
  if (!is(Grouping::Mode::kLevel)) grouping.database_level = 0;
  TARN_TRY(RefuseUnless(is(Grouping::Mode::kSimilar), value, "/grouping", "similarity", "mode similar"));
  TARN_TRY(RefuseUnless(is(Grouping::Mode::kSingle), value, "/grouping", "table", "mode single"));
  return grouping;
}

Result<PartitionRules> ReadPartitions(const json& value) {
  const json object = ObjectOf(value, "style");
  Reader reader(object, "/partitions");
  PartitionRules rules;
  using Style = PartitionRules::Style;
  constexpr std::array kStyles = {Style::kHive, Style::kPositional, Style::kNone};
  ReadChoice(reader, "style", kStyles, PartitionStyleName, rules.style);
  ReadKeyNames(reader, rules);
  ReadKeyTypes(reader, rules);
  TARN_TRY(reader.Finish());
  return rules;
}

Result<SchemaPolicy> ReadSchemaChange(const json& value) {
  Reader reader(value, "/schema_change");
  SchemaPolicy policy;
  constexpr std::array kIncompatible = {IncompatiblePolicy::kNewVersion, IncompatiblePolicy::kLog,
                                        IncompatiblePolicy::kFail, IncompatiblePolicy::kQuarantineFile};
  constexpr std::array kDeleted = {DeletedPolicy::kDeprecate, DeletedPolicy::kDelete, DeletedPolicy::kKeep};
  ReadChoice(reader, "incompatible", kIncompatible, IncompatibleName, policy.incompatible);
  ReadChoice(reader, "deleted", kDeleted, DeletedName, policy.deleted);
  TARN_TRY(reader.Finish());
  return policy;
}

Result<CrawlLimits> ReadLimits(const json& value) {
  Reader reader(value, "/limits");
  CrawlLimits limits;
  ReadInteger(reader, "files", 1, 100'000'000, limits.files);
  ReadInteger(reader, "tables", 1, 1'000'000, limits.tables);
  if (const json* bytes = reader.OptionalAny("bytes")) {
    const auto size = ReadSize(*bytes);
    if (!size.ok()) reader.Fail("bytes", size.error().message());
    if (size.ok() && *size == 0) reader.Fail("bytes", "must be more than nothing");
    if (size.ok()) limits.bytes = *size;
  }
  if (const auto text = reader.OptionalString("time")) {
    const auto time = config::ParseDuration(*text);
    if (!time.ok()) reader.Fail("time", time.error().message());
    if (time.ok() && time->count() <= 0) reader.Fail("time", "must be more than nothing");
    if (time.ok()) limits.time = *time;
  }
  TARN_TRY(reader.Finish());
  return limits;
}

// A schedule as source.yaml has it; `time_zone` may stand beside it.
Result<schedule::Schedule> ReadSchedule(json value, const std::optional<std::string>& time_zone) {
  if (time_zone && value.is_string()) {
    const auto expression = schedule::RecognizeExpression(value.get_ref<const std::string&>());
    if (!expression.ok()) return Error(expression.error()).At("/schedule");
    value = {{expression->kind, expression->text}};
  }
  if (time_zone && value.is_object()) {
    if (value.contains("time_zone"))
      return Error(Code::kInvalidArgument, "the schedule says it already").At("/time_zone");
    const auto zone = schedule::TimeZone::Find(*time_zone);
    if (!zone.ok()) return Error(zone.error()).At("/time_zone");
    value["time_zone"] = *time_zone;
  }
  TARN_ASSIGN(schedule::Schedule parsed, schedule::Schedule::Parse(value, "/schedule"));
  if (parsed.overlap == schedule::Overlap::kAllow)
    return Error(Code::kInvalidArgument,
                 "crawls of one crawler never run beside each other; expected forbid, "
                 "queue or replace; got allow")
        .At("/schedule/overlap");
  return parsed;
}

}  // namespace tarn::catalog
