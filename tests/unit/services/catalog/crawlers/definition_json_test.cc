#include "services/catalog/crawlers/definition_json.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "tests/support/result_matchers.h"

namespace tarn::catalog {
namespace {

using testing::ElementsAre;

constexpr const char* kAll = R"(name: sales
description: Exports of the shop
database: shop
table_prefix: raw_
targets:
  - raw/sales
  - {bucket: archive, prefix: old/sales/, exclude: ["2015/01/{[!0],0[8-9]}**"]}
grouping: {mode: similar, similarity: 80}
partitions: {style: positional, names: [year, month], types: {year: BIGINT}}
recrawl: new_folders
schedule: cron(15 10 * * ? *)
time_zone: Europe/Berlin
on_event: false
classifiers:
  - {name: pipes, kind: csv, delimiter: "|"}
schema_change: {incompatible: quarantine_file, deleted: delete}
limits: {files: 10, tables: 5, bytes: 10GiB, time: 1h}
)";

TEST(ReadDefinition, TakesEveryKey) {
  const auto definition = ReadDefinitionYaml(kAll, "sales");
  ASSERT_THAT(definition, IsOk());
  EXPECT_EQ(definition->database, "shop");
  EXPECT_EQ(definition->targets.at(0).prefix, "sales/");
  EXPECT_EQ(definition->targets.at(1).exclude.at(0).pattern(), "2015/01/{[!0],0[8-9]}**");
  EXPECT_EQ(definition->grouping.similarity, 80);
  EXPECT_THAT(definition->partitions.names, ElementsAre("year", "month"));
  EXPECT_EQ(definition->recrawl, Recrawl::kNewFolders);
  EXPECT_EQ(definition->schedule->time_zone.name(), "Europe/Berlin");
  EXPECT_FALSE(definition->on_event);
  EXPECT_EQ(definition->classifiers.at(0).name, "pipes");
  EXPECT_EQ(definition->schema_change.deleted, DeletedPolicy::kDelete);
  EXPECT_EQ(definition->limits.bytes, 10ull << 30);
  EXPECT_EQ(definition->limits.time, std::chrono::hours(1));
}

TEST(ReadDefinition, NeedsADatabaseAndATargetOnly) {
  const auto definition = ReadDefinition({{"database", "d"}, {"targets", {"raw"}}}, "c");
  ASSERT_THAT(definition, IsOk());
  EXPECT_EQ(definition->grouping.mode, Grouping::Mode::kLevel);
  EXPECT_TRUE(definition->on_event);
  EXPECT_FALSE(definition->schedule);
}

TEST(ReadDefinition, ReadsBackWhatIsShown) {
  for (const auto& definition :
       {ReadDefinitionYaml(kAll, "sales").value(), DefaultDefinition("transformed")}) {
    const auto shown = DefinitionToJson(definition);
    const auto again = ReadDefinition(shown, definition.name);
    ASSERT_THAT(again, IsOk());
    EXPECT_EQ(DefinitionToJson(*again), shown);
  }
}

struct Mistake {
  const char* yaml;  // in the place of a line of the smallest definition
  const char* where;
  const char* message;
};

void PrintTo(const Mistake& mistake, std::ostream* out) { *out << mistake.yaml; }

class Wrong : public testing::TestWithParam<Mistake> {};

TEST_P(Wrong, AKeySaysWhereAndWhat) {
  std::string yaml = GetParam().yaml;
  if (yaml.find("database:") == std::string::npos) yaml = "database: d\n" + yaml;
  if (yaml.find("targets:") == std::string::npos) yaml = "targets: [raw]\n" + yaml;
  const auto definition = ReadDefinitionYaml(yaml, "c");
  ASSERT_THAT(definition, HasError(Code::kInvalidArgument, GetParam().message));
  EXPECT_THAT(definition.error().where(), testing::HasSubstr(GetParam().where));
}

INSTANTIATE_TEST_SUITE_P(
    Keys, Wrong,
    testing::Values(
        Mistake{"colour: red", "/colour", "known are name, description, database"},
        Mistake{"name: other", "/name", "must be that of the folder"},
        Mistake{"database: My-DB", "/database", "write my_db instead of My-DB"},
        Mistake{"database: ''", "/database", "1 to 128"}, Mistake{"# database: d", "/database", "required"},
        Mistake{"# targets: []", "/targets", "required"}, Mistake{"targets: []", "/targets", "1 to 100"},
        Mistake{"targets: [{prefix: x}]", "line 2, /targets/0/bucket", "required"},
        Mistake{"targets: [{bucket: raw/x}]", "/targets/0/bucket", "what follows it is the prefix"},
        Mistake{"targets: [raw//x]", "/targets/0/prefix", "without a slash"},
        Mistake{"targets: ['raw/x*']", "/targets/0/prefix", "no pattern"},
        Mistake{"targets: [raw/x, raw/x/]", "/targets/1", "twice"},
        Mistake{"targets: [{bucket: raw, exclude: [a, 'b[']}]", "/targets/0/exclude/1",
                "not closed: [; got b["},
        Mistake{"targets: [{bucket: raw, exclude: [1]}]", "/targets/0/exclude/0", "a text"},
        Mistake{"targets: [{bucket: raw, excludes: []}]", "/targets/0/excludes", "known are bucket"},
        Mistake{"grouping: levels", "/grouping/mode", "expected one of level, similar, single; got levels"},
        Mistake{"grouping: {level: 0}", "/grouping/level", "1 to 100, got 0"},
        Mistake{"grouping: {mode: single, level: 2}", "/grouping/level", "mode level only"},
        Mistake{"grouping: {similarity: 50}", "/grouping/similarity", "mode similar only"},
        Mistake{"grouping: {table: t}", "/grouping/table", "mode single only"},
        Mistake{"grouping: {level: 2, database_level: 2}", "/grouping/database_level", "less than level"},
        Mistake{"grouping: {level: 2, database_level: 1}", "/database", "folders name the databases"},
        Mistake{"partitions: hives", "/partitions/style", "hive, positional, none"},
        Mistake{"partitions: {names: [a]}", "/partitions/names", "style positional only"},
        Mistake{"partitions: {style: positional, names: [a, a]}", "/partitions/names", "twice: a"},
        Mistake{"partitions: {types: {a: INT}}", "/partitions/types",
                "BIGINT, DATE or VARCHAR for the key a"},
        Mistake{"recrawl: all", "/recrawl", "changed, everything, new_folders; got all"},
        Mistake{"schedule: sometimes", "/schedule", "sometimes"},
        Mistake{"schedule: hourly\ntime_zone: Mars", "/time_zone", "Mars"},
        Mistake{"time_zone: Europe/Berlin", "/time_zone", "schedule, which is missing"},
        Mistake{"schedule: {every: 1h, overlap: allow}", "/schedule/overlap", "forbid, queue or replace"},
        Mistake{"on_event: maybe", "/on_event", "true or false"},
        Mistake{"classifiers: [{name: x, kind: xml}]", "/classifiers/0/kind", "csv, json or regex"},
        Mistake{"schema_change: {incompatible: merge}", "/schema_change/incompatible",
                "new_version, log, fail"},
        Mistake{"schema_change: {deleted: drop}", "/schema_change/deleted", "deprecate, delete, keep"},
        Mistake{"limits: {files: 0}", "/limits/files", "1 to 100000000, got 0"},
        Mistake{"limits: {bytes: much}", "/limits/bytes", "much"},
        Mistake{"limits: {time: 0s}", "/limits/time", "more than nothing"},
        Mistake{"a: [", "line ", "not YAML"}));

TEST(ReadDefinition, RefusesNamesThatARouteCannotHold) {
  for (const char* name : {"", "A", "a b", "-a", "a/b"}) {
    EXPECT_THAT(ReadDefinition({{"name", name}, {"database", "d"}, {"targets", {"raw"}}}, ""),
                HasError(Code::kInvalidArgument, "names are made of"))
        << name;
  }
}

}  // namespace
}  // namespace tarn::catalog
