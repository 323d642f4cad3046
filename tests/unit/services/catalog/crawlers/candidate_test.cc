#include "services/catalog/crawlers/candidate.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "services/catalog/crawlers/definition_json.h"
#include "services/catalog/crawlers/key_names.h"
#include "tests/support/result_matchers.h"

namespace tarn::catalog {
namespace {

CrawlerDefinition Definition(const std::string& yaml) {
  return ReadDefinitionYaml("database: d\ntargets: [lake/in]\n" + yaml, "c").value();
}

// "database.name at prefix", or why there is no table.
std::string PlaceIn(const CrawlerDefinition& definition, const std::string& key, uint64_t size_bytes = 10) {
  const CrawlTarget* target = definition.TargetOf(definition.targets[0].bucket, key);
  if (!target) return "no target";
  const auto verdict = Consider(definition, *target, key, size_bytes);
  if (const auto* reason = std::get_if<SkipReason>(&verdict)) return SkipReasonName(*reason);
  const auto place = PlaceOf(definition, std::get<Candidate>(verdict));
  if (!place) return "beside_folders";
  return place->database + "." + place->name + " at " + place->prefix;
}

TEST(Consider, LeavesOutWhatIsNoDataFile) {
  const auto definition = DefaultDefinition("transformed");
  EXPECT_EQ(PlaceIn(definition, "d/t/"), "marker");
  EXPECT_EQ(PlaceIn(definition, "d/t/a.csv", 0), "marker");
  for (const char* key : {"d/t/_SUCCESS", "d/t/_temporary/a.parquet", "d/t/.hidden/a.csv", "d/t/.a.csv",
                          "_d/t/a.csv", "d//a.parquet", "/d/t/a.parquet", "d/t/a.parquet.tmp", "d/t/a.csv~",
                          "d/t/a.csv._COPYING_", "d/t_$folder$", "d/t/.part-0.crc"}) {
    EXPECT_EQ(PlaceIn(definition, key), "hidden") << key;
  }
  for (const char* key :
       {"d/t/readme.txt", "d/t/parquet", "d/t/a.parquet.gz", "d/t/a.csv.xz", "d/t/a.parquet.zip", "d/t/a"})
    EXPECT_EQ(PlaceIn(definition, key), "no_format") << key;
  EXPECT_EQ(PlaceIn(definition, "d/t/_id=5/a.csv"), "d.t at d/t/");
}

TEST(Consider, LeavesOutWhatAPatternExcludes) {
  const auto definition =
      ReadDefinitionYaml(
          "database: d\ntargets: [{bucket: lake, prefix: in, exclude: ['old/**', '**.json']}]\n", "c")
          .value();
  EXPECT_EQ(PlaceIn(definition, "in/old/a.csv"), "excluded");
  EXPECT_EQ(PlaceIn(definition, "in/t/a.json"), "excluded");
  EXPECT_EQ(PlaceIn(definition, "in/t/a.csv"), "d.t at in/t/");
  EXPECT_EQ(PlaceIn(definition, "other/a.csv"), "no target");
}

TEST(Consider, LetsClassifiersHaveNamesThatSayNothing) {
  const auto definition = Definition("classifiers: [{name: log, kind: regex, pattern: '(?P<a>.*)'}]\n");
  EXPECT_EQ(PlaceIn(definition, "in/t/access.log"), "d.t at in/t/");
}

TEST(PlaceOf, TakesDatabaseAndTableFromTheFoldersInTheDefaultCrawler) {
  const auto definition = DefaultDefinition("transformed");
  EXPECT_EQ(PlaceIn(definition, "Spotify/Top 50/a.csv"), "spotify.top_50 at Spotify/Top 50/");
  EXPECT_EQ(PlaceIn(definition, "d/t/x/y=1/a.csv"), "d.t at d/t/");
  EXPECT_EQ(PlaceIn(definition, "d/a.csv"), "beside_folders");
  EXPECT_EQ(PlaceIn(definition, "a.csv"), "beside_folders");
  EXPECT_EQ(PlaceIn(definition, "d/y=1/a.csv"), "beside_folders");
}

TEST(PlaceOf, CountsLevelsFromTheTarget) {
  EXPECT_EQ(PlaceIn(Definition(""), "in/t/x/a.csv"), "d.t at in/t/");
  EXPECT_EQ(PlaceIn(Definition(""), "in/a.csv"), "beside_folders");
  const auto second = Definition("grouping: {mode: level, level: 2}");
  EXPECT_EQ(PlaceIn(second, "in/eu/t/a.csv"), "d.t at in/eu/t/");
  EXPECT_EQ(PlaceIn(second, "in/eu/a.csv"), "beside_folders");
}

TEST(PlaceOf, NeverMakesATableOfAPartition) {
  EXPECT_EQ(PlaceIn(Definition(""), "in/year=2024/a.csv"), "d.in at in/");
  EXPECT_EQ(PlaceIn(Definition("grouping: {level: 2}"), "in/t/year=2024/a.csv"), "d.t at in/t/");
  EXPECT_EQ(PlaceIn(Definition("partitions: none"), "in/year=2024/a.csv"), "d.year_2024 at in/year=2024/");
}

TEST(PlaceOf, MakesOneTableOfATarget) {
  EXPECT_EQ(PlaceIn(Definition("grouping: single"), "in/a/b/c.csv"), "d.in at in/");
  EXPECT_EQ(PlaceIn(Definition("grouping: {mode: single, table: sales}"), "in/c.csv"), "d.sales at in/");
  const auto bucket = ReadDefinitionYaml("database: d\ntargets: [My-Lake]\ngrouping: single", "c").value();
  EXPECT_EQ(PlaceIn(bucket, "c.csv"), "d.my_lake at ");
}

TEST(TargetOf, IsTheOneWithTheLongestPrefix) {
  const auto definition =
      ReadDefinitionYaml("database: d\ntargets: [lake/in, lake/in/deep, raw]\n", "c").value();
  EXPECT_EQ(definition.TargetOf("lake", "in/deep/a.csv")->prefix, "in/deep/");
  EXPECT_EQ(definition.TargetOf("lake", "in/deeper/a.csv")->prefix, "in/");
  EXPECT_EQ(definition.TargetOf("raw", "x")->bucket, "raw");
  EXPECT_EQ(definition.TargetOf("lake", "input/a.csv"), nullptr);
  EXPECT_EQ(definition.Bucket(), "");
}

TEST(TableNamePart, MapsNamesToLowerCaseLettersDigitsAndUnderscores) {
  EXPECT_EQ(TableNamePart("Top 50 (Müller)"), "top_50__m_ller_");
}

TEST(FormatOfName, ComparesEndingsWithoutCase) {
  EXPECT_EQ(FormatOfName("a.CSV"), FileFormat::kCsv);
  for (const char* name : {"a.csv.gz", "a.csv.zst", "a.tsv", "a.tsv.gz", "a.tab", "a.psv"})
    EXPECT_EQ(FormatOfName(name), FileFormat::kCsv) << name;
  for (const char* name : {"a.json", "a.ndjson", "a.jsonl", "a.ndjson.gz", "a.json.zst"})
    EXPECT_EQ(FormatOfName(name), FileFormat::kJson) << name;
  EXPECT_EQ(FormatOfName("a.pq"), FileFormat::kParquet);
  for (const char* name : {".parquet", "parquet", "a.gz", ".csv.gz"})
    EXPECT_EQ(FormatOfName(name), std::nullopt) << name;
}

}  // namespace
}  // namespace tarn::catalog
