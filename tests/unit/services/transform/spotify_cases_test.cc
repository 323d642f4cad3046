#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "common/duckdb/engine.h"
#include "tests/unit/services/transform/spotify_case.h"
#include "tests/unit/services/transform/transform_rig.h"

namespace tarn::transform {
namespace {

using nlohmann::json;
using testing::HasSubstr;

constexpr const char* kTables[] = {"songs",        "albums",           "artists",
                                   "song_artists", "playlist_history", "playlist_extractions"};

std::string NameOf(const std::string& sentence) {
  std::string name;
  bool starts_word = true;
  for (const char c : sentence) {
    const bool letter = std::isalnum(static_cast<unsigned char>(c)) != 0;
    if (letter) name += starts_word ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
    starts_word = !letter;
  }
  return name;
}

// The rows of a table as objects with the columns that `expected` names, sorted as it will be.
json RowsLike(TransformRig& rig, const std::string& table, const json& expected) {
  std::vector<std::string> names;
  for (const std::string& column : rig.Columns(table)) names.push_back(column.substr(0, column.find(' ')));
  json rows = json::array();
  for (const json& values : rig.Rows(table)) {
    json row = json::object();
    for (size_t i = 0; i < names.size(); ++i) {
      if (expected.empty() || expected.front().contains(names[i])) row[names[i]] = values[i];
    }
    rows.push_back(std::move(row));
  }
  std::sort(rows.begin(), rows.end());
  return rows;
}

json Sorted(json rows) {
  std::sort(rows.begin(), rows.end());
  return rows;
}

class SpotifyCases : public testing::TestWithParam<SpotifyCase> {};

TEST_P(SpotifyCases, GiveTheRowsThatAreExpected) {
  const SpotifyCase& one = GetParam();
  TransformRig rig;
  rig.UsePipeline(one.pipeline);
  transform::Run run;
  for (const auto& objects : one.runs) {
    for (const auto& [key, content] : objects) rig.Put(key, content);
    run = rig.PlanAndRun();
  }
  EXPECT_EQ(RunStateName(run.state), one.state) << (run.error ? run.error->message() : "");
  for (const auto& [table, expected] : one.tables)
    EXPECT_EQ(RowsLike(rig, table, expected), Sorted(expected)) << table;
  for (const auto& [name, count] : one.counts) EXPECT_EQ(run.report.counts[name], count) << name;

  std::map<std::string, std::string> reasons;
  const auto letters = *rig.dead_letters().List({});
  for (const DeadLetter& letter : letters)
    reasons[letter.key.substr(letter.key.rfind('/') + 1)] = letter.reason;
  EXPECT_EQ(reasons.size(), one.dead_letters.size());
  for (const auto& [file, part] : one.dead_letters) EXPECT_THAT(reasons[file], HasSubstr(part)) << file;
}

INSTANTIATE_TEST_SUITE_P(Classic, SpotifyCases, testing::ValuesIn(AllSpotifyCases()),
                         [](const auto& info) { return NameOf(info.param.name); });

// A rig whose Spotify pipeline writes files of that format.
class Formatted {
 public:
  explicit Formatted(const std::string& format) : format_(format) {
    rig_.UsePipeline("spotify");
    if (format == "parquet") return;
    std::stringstream yaml;
    yaml << std::ifstream(rig_.directory() / "pipelines/spotify/transform.yaml").rdbuf();
    std::string text = yaml.str();
    for (size_t at = 0; (at = text.find("format: parquet", at)) != std::string::npos;)
      text.replace(at, std::string("format: parquet").size(), "format: " + format);
    rig_.WritePipelineFile("spotify/transform.yaml", text);
    rig_.Load();
  }

  // Everything in one run, each case's objects under a playlist of their own.
  void CarryOut(const std::vector<SpotifyCase>& cases) {
    const std::string mark = "playlist_id=";
    int number = 0;
    for (const SpotifyCase& one : cases) {
      ++number;
      for (const auto& objects : one.runs) {
        for (auto [key, content] : objects) {
          const size_t at = key.find(mark);
          if (at != std::string::npos) key.insert(at + mark.size(), std::to_string(number) + "-");
          rig_.Put(key, content);
        }
      }
    }
    rig_.PlanAndRun();
  }

  std::filesystem::path directory() const { return rig_.directory().path(); }

  // What SQL reads the table from, every value as text: an empty text is not NULL.
  std::string Reading(const std::string& table) {
    const auto keys = rig_.Keys("transformed", "spotify/" + table + "/");
    EXPECT_EQ(keys.size(), 1u);
    const std::string file =
        duckdb::QuoteLiteral((rig_.directory() / "lake/transformed" / keys.at(0)).string());
    if (format_ == "parquet") return "(SELECT COLUMNS(*)::VARCHAR FROM read_parquet(" + file + "))";
    return "read_csv(" + file +
           ", header = true, delim = ',', quote = '\"', escape = '\"', all_varchar = true, "
           "allow_quoted_nulls = "
           "false)";
  }

 private:
  const std::string format_;
  TransformRig rig_;
};

TEST(SpotifyCsv, ReadsBackIdenticalToParquetForEveryCase) {
  Formatted parquet("parquet"), csv("csv");
  parquet.CarryOut(AllSpotifyCases("spotify"));
  csv.CarryOut(AllSpotifyCases("spotify"));
  duckdb::InstanceOptions options;
  options.allowed_directories = {parquet.directory(), csv.directory()};
  const auto instance = *duckdb::Instance::Open(options);
  const auto connection = *instance->Connect();
  for (const std::string table : kTables) {
    const std::string one = parquet.Reading(table), other = csv.Reading(table);
    const auto rows =
        connection->Rows("SELECT (SELECT count(*) FROM " + one + ") AS rows, (SELECT count(*) FROM (FROM " +
                         one + " EXCEPT ALL FROM " + other + ")) AS missing, (SELECT count(*) FROM (FROM " +
                         other + " EXCEPT ALL FROM " + one + ")) AS surplus");
    ASSERT_TRUE(rows.ok()) << table << ": " << rows.error().message();
    EXPECT_GT(rows->at(0).at("rows"), 0) << table;
    EXPECT_EQ(rows->at(0).at("missing"), 0) << table;
    EXPECT_EQ(rows->at(0).at("surplus"), 0) << table;
  }
}

TEST(SpotifyHugePage, GivesARowForEachOfItsTenThousandEntries) {
  json items = json::array();
  for (int i = 0; i < 10'000; ++i) {
    const std::string id = "s" + std::to_string(i);
    items.push_back({{"added_at", "2024-05-01T10:00:00Z"},
                     {"track",
                      {{"id", id},
                       {"type", "track"},
                       {"name", "Song " + std::string(1000, 'x') + id},
                       {"artists", {{{"id", "ar" + std::to_string(i % 100)}, {"name", "Artist"}}}},
                       {"album", {{"id", "al" + std::to_string(i % 1000)}, {"name", "Album"}}}}}});
  }
  TransformRig rig;
  rig.UsePipeline("spotify");
  rig.Put("spotify/playlist_items/playlist_id=pl/run=20240501T000000Z_x/page-00000.json",
          json({{"total", 10'000}, {"offset", 0}, {"items", std::move(items)}}).dump());
  const auto run = rig.PlanAndRun();
  ASSERT_EQ(run.state, RunState::kSucceeded);
  std::map<std::string, int64_t> rows;
  for (const RunOutput& output : run.report.outputs) rows[output.table] = output.rows;
  EXPECT_EQ(rows["spotify.songs"], 10'000);
  EXPECT_EQ(rows["spotify.albums"], 1'000);
  EXPECT_EQ(rows["spotify.artists"], 100);
  EXPECT_EQ(rows["spotify.song_artists"], 10'000);
  EXPECT_EQ(rows["spotify.playlist_history"], 10'000);
  EXPECT_EQ(rig.Rows("spotify.playlist_extractions").at(0).at(3), 10'000);
}

}  // namespace
}  // namespace tarn::transform
