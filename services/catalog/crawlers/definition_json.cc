#include "services/catalog/crawlers/definition_json.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "common/json/json.h"
#include "common/yaml/yaml_document.h"
#include "services/catalog/crawlers/definition_parts.h"
#include "services/catalog/crawlers/definition_values.h"

namespace tarn::catalog {
namespace {

using nlohmann::json;
using Reader = tarn::json::ObjectReader;

constexpr size_t kMaxTextBytes = 2048;
constexpr size_t kMaxNameBytes = 128;

// The members that have a reader of their own.
struct Parts {
  const json* targets = nullptr;
  const json* grouping = nullptr;
  const json* partitions = nullptr;
  const json* schedule = nullptr;
  const json* classifiers = nullptr;
  const json* schema_change = nullptr;
  const json* limits = nullptr;
  std::optional<std::string> time_zone;
};

Parts TakeParts(Reader& reader) {
  Parts parts;
  parts.targets = reader.OptionalArray("targets");
  if (!parts.targets) reader.Fail("targets", "the member is required: a list of {bucket, prefix}");
  parts.grouping = reader.OptionalAny("grouping");
  parts.partitions = reader.OptionalAny("partitions");
  parts.schedule = reader.OptionalAny("schedule");
  parts.time_zone = reader.OptionalString("time_zone");
  if (parts.time_zone && !parts.schedule)
    reader.Fail("time_zone", "it is that of schedule, which is missing");
  parts.classifiers = reader.OptionalArray("classifiers");
  parts.schema_change = reader.OptionalObject("schema_change");
  parts.limits = reader.OptionalObject("limits");
  return parts;
}

Status ReadParts(const Parts& parts, CrawlerDefinition& definition) {
  TARN_ASSIGN(definition.targets, ReadTargets(*parts.targets));
  if (parts.grouping) {
    TARN_ASSIGN(definition.grouping, ReadGrouping(*parts.grouping));
  }
  if (parts.partitions) {
    TARN_ASSIGN(definition.partitions, ReadPartitions(*parts.partitions));
  }
  if (parts.schedule) {
    TARN_ASSIGN(definition.schedule, ReadSchedule(*parts.schedule, parts.time_zone));
  }
  if (parts.classifiers) {
    TARN_ASSIGN(definition.classifiers, ParseClassifiers(*parts.classifiers, "/classifiers"));
  }
  if (parts.schema_change) {
    TARN_ASSIGN(definition.schema_change, ReadSchemaChange(*parts.schema_change));
  }
  if (parts.limits) {
    TARN_ASSIGN(definition.limits, ReadLimits(*parts.limits));
  }
  return Ok();
}

Status CheckDatabase(const CrawlerDefinition& definition) {
  const bool by_folder = definition.grouping.database_level > 0;
  if (definition.database.empty() && !by_folder) {
    return Error(Code::kInvalidArgument,
                 "the member is required: the database that gets the tables (or grouping.database_level)")
        .At("/database");
  }
  if (!definition.database.empty() && by_folder)
    return Error(Code::kInvalidArgument, "the folders name the databases: grouping.database_level is set")
        .At("/database");
  return Ok();
}

Status CheckOwnName(const std::optional<std::string>& own, const std::string& name) {
  if (own && !name.empty() && *own != name)
    return Error(Code::kInvalidArgument, "must be that of the folder or path, " + name + "; got " + *own).At("/name");
  const std::string& chosen = name.empty() && own ? *own : name;
  if (IsCrawlerName(chosen)) return Ok();
  return Error(Code::kInvalidArgument,
               "names are made of a-z, 0-9, _, - and ., begin with a letter or digit and have at "
               "most 128 characters; got " +
                   chosen)
      .At("/name");
}

json TargetsToJson(const std::vector<CrawlTarget>& targets) {
  json array = json::array();
  for (const CrawlTarget& target : targets) {
    json patterns = json::array();
    for (const Glob& glob : target.exclude) patterns.push_back(glob.pattern());
    array.push_back({{"bucket", target.bucket}, {"prefix", target.prefix}, {"exclude", std::move(patterns)}});
  }
  return array;
}

json GroupingToJson(const Grouping& grouping) {
  json value = {{"mode", GroupingName(grouping.mode)}};
  if (grouping.mode == Grouping::Mode::kLevel) value["level"] = grouping.level;
  if (grouping.database_level > 0) value["database_level"] = grouping.database_level;
  if (grouping.mode == Grouping::Mode::kSimilar) value["similarity"] = grouping.similarity;
  if (!grouping.table.empty()) value["table"] = grouping.table;
  return value;
}

json PartitionsToJson(const PartitionRules& rules) {
  json value = {{"style", PartitionStyleName(rules.style)}, {"types", rules.types}};
  if (rules.style == PartitionRules::Style::kPositional) value["names"] = rules.names;
  return value;
}

}  // namespace

bool IsCrawlerName(std::string_view name) {
  const auto letter_or_digit = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  const auto allowed = [&](char c) { return letter_or_digit(c) || c == '_' || c == '-' || c == '.'; };
  return !name.empty() && name.size() <= kMaxNameBytes && letter_or_digit(name.front()) &&
         std::all_of(name.begin(), name.end(), allowed);
}

Result<CrawlerDefinition> ReadDefinition(const json& document, const std::string& name) {
  Reader reader(document);
  CrawlerDefinition definition;
  const auto own_name = reader.OptionalString("name");
  definition.description = reader.OptionalString("description").value_or("");
  if (definition.description.size() > kMaxTextBytes) reader.Fail("description", "longer than 2048 bytes");
  ReadName(reader, "database", definition.database);
  ReadName(reader, "table_prefix", definition.table_prefix);
  constexpr std::array kRecrawls = {Recrawl::kChanged, Recrawl::kEverything, Recrawl::kNewFolders};
  ReadChoice(reader, "recrawl", kRecrawls, RecrawlName, definition.recrawl);
  definition.on_event = reader.OptionalBool("on_event").value_or(true);
  const Parts parts = TakeParts(reader);
  TARN_TRY(reader.Finish());
  TARN_TRY(CheckOwnName(own_name, name));
  definition.name = name.empty() ? *own_name : name;
  TARN_TRY(ReadParts(parts, definition));
  TARN_TRY(CheckDatabase(definition));
  return definition;
}

Result<CrawlerDefinition> ReadDefinitionYaml(const std::string& text, const std::string& name) {
  yaml::Lines lines;
  TARN_ASSIGN(const json document, yaml::ParseYaml(text, &lines));
  auto definition = ReadDefinition(document, name);
  if (!definition.ok()) return yaml::AtLine(definition.error(), lines);
  return definition;
}

json DefinitionToJson(const CrawlerDefinition& definition) {
  json classifiers = json::array();
  for (const Classifier& classifier : definition.classifiers)
    classifiers.push_back(ClassifierToJson(classifier));
  json value = {{"name", definition.name},
                {"description", definition.description},
                {"targets", TargetsToJson(definition.targets)},
                {"grouping", GroupingToJson(definition.grouping)},
                {"partitions", PartitionsToJson(definition.partitions)},
                {"recrawl", RecrawlName(definition.recrawl)},
                {"on_event", definition.on_event},
                {"classifiers", std::move(classifiers)},
                {"schema_change",
                 {{"incompatible", IncompatibleName(definition.schema_change.incompatible)},
                  {"deleted", DeletedName(definition.schema_change.deleted)}}},
                {"limits",
                 {{"files", definition.limits.files},
                  {"tables", definition.limits.tables},
                  {"bytes", definition.limits.bytes},
                  {"time", std::to_string(definition.limits.time.count()) + "ms"}}}};
  if (!definition.database.empty()) value["database"] = definition.database;
  if (!definition.table_prefix.empty()) value["table_prefix"] = definition.table_prefix;
  if (definition.schedule) value["schedule"] = definition.schedule->ToJson();
  return value;
}

}  // namespace tarn::catalog
