#include "services/query/saved_queries/saved_query_file.h"

#include <gmock/gmock.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/support/result_matchers.h"
#include "tests/support/temp_directory.h"

namespace tarn::query {
namespace {

using nlohmann::json;

TEST(SavedQueryFile, HasItsSettingsInTheCommentItBeginsWith) {
  const std::string text =
      "-- The songs heard most\n--   since a day.\n-- @database spotify\n--@dialect athena\n-- @workgroup "
      "boards\n"
      "-- @parameter since 2026-01-01 00:00\n-- @parameter count\n\nSELECT 1 -- @database other\n";
  const auto query = ReadSavedQueryFile("top", text);
  ASSERT_THAT(query, IsOk());
  EXPECT_EQ(
      SavedQueryJson(*query),
      json({{"name", "top"},
            {"description", "The songs heard most since a day."},
            {"sql", text},
            {"database", "spotify"},
            {"workgroup", "boards"},
            {"dialect", "athena"},
            {"parameters", {{{"name", "since"}, {"value", "2026-01-01 00:00"}}, {{"name", "count"}}}}}));
}

TEST(SavedQueryFile, NamesTheLineOfAMistake) {
  const std::pair<const char*, const char*> cases[] = {
      {"-- x\n-- @databse spotify\nSELECT 1", "line 2"},
      {"-- @database\n", "line 1"},
      {"-- @dialect mysql", "line 1"},
      {"-- @parameter A 1", "line 1"},
      {"-- @parameter a\n-- @parameter a", "line 2"},
  };
  for (const auto& [text, place] : cases)
    EXPECT_THAT(ReadSavedQueryFile("q", text), HasError(Code::kInvalidArgument, place)) << text;
}

TEST(SavedQueryFile, NeedsNoSettings) {
  for (const char* text : {"SELECT 1", "", "\n-- @nothing here\nSELECT 1", "--", "-- only this"}) {
    EXPECT_THAT(ReadSavedQueryFile("q", text), IsOk()) << text;
  }
}

TEST(SavedQueryFiles, LeaveOutWhatIsWrongOrDefinedTwice) {
  TempDirectory root;
  const auto write = [&](const std::string& file, const std::string& text) {
    std::filesystem::create_directories((root / file).parent_path());
    std::ofstream(root / file) << text;
  };
  write("a/queries/good.sql", "SELECT 1");
  write("a/queries/wrong.sql", "-- @what is this");
  write("a/queries/Bad Name.sql", "SELECT 1");
  write("a/queries/notes.txt", "no query");
  write("b/queries/good.sql", "SELECT 2");
  write("b/queries/other.sql", "SELECT 3");
  const auto queries = ReadSavedQueryFiles(root.path());
  ASSERT_THAT(queries, IsOk());
  std::vector<std::string> files;
  for (const auto& query : *queries) files.push_back(query.file);
  EXPECT_THAT(files, testing::ElementsAre("a/queries/good.sql", "b/queries/other.sql"));
}

TEST(SavedQuery, RefusesBodiesThatMakeNoSense) {
  const std::pair<const char*, const char*> cases[] = {
      {R"({"sql": "SELECT 1"})", "/name"},
      {R"({"name": "Top", "sql": "SELECT 1"})", "/name"},
      {R"({"name": "top"})", "/sql"},
      {R"({"name": "top", "sql": "SELECT 1", "dialect": "mysql"})", "/dialect"},
      {R"({"name": "top", "sql": "SELECT 1", "parameters": [{"name": "a", "value": []}]})",
       "/parameters/0/value"},
      {R"({"name": "top", "sql": "SELECT 1", "parameters": [{"name": "a"}, {"name": "a"}]})",
       "/parameters/1/name"},
      {R"({"name": "top", "sql": "SELECT 1", "colour": 1})", "/colour"},
  };
  for (const auto& [body, place] : cases)
    EXPECT_THAT(ReadSavedQuery(json::parse(body)), HasError(Code::kInvalidArgument, place)) << body;
  EXPECT_THAT(ReadSavedQuery(json::parse(R"({"name": "a", "sql": "SELECT 1"})"), "b"),
              HasError(Code::kInvalidArgument, "/name"));
  EXPECT_THAT(ReadSavedQuery(json::parse(R"({"sql": "SELECT 1"})"), "b"), IsOk());
}

TEST(SavedQuery, TakesValuesByNameAndInOrder) {
  SavedQuery query{"q"};
  query.parameters = {{"since", duckdb::Parameter("2026-01-01")}, {"count"}};
  const auto values = [&](const char* given) {
    auto read = RunValues(query, json::parse(given));
    return read.ok() ? ParametersJson(*read).dump() : Describe(read.error());
  };
  EXPECT_EQ(values(R"({"count": 5})"), R"(["2026-01-01",5])");
  EXPECT_EQ(values(R"({"count": null, "since": "x"})"), R"(["x",null])");
  EXPECT_EQ(values(R"(["y", 1.5])"), R"(["y",1.5])");
  EXPECT_THAT(values("{}"), testing::HasSubstr("/parameters/count"));
  EXPECT_THAT(values(R"(["y"])"), testing::HasSubstr("/parameters/count"));
  EXPECT_THAT(values("[1, 2, 3]"), testing::HasSubstr("it has: since, count"));
  EXPECT_THAT(values(R"({"count": 1, "cuont": 1})"), testing::HasSubstr("/parameters/cuont"));
  EXPECT_THAT(values(R"({"count": []})"), testing::HasSubstr("expected a string"));
}

}  // namespace
}  // namespace tarn::query
