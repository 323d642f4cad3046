#include "services/transform/runs/sniffed_csv.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "services/transform/runs/sql_workspace.h"
#include "tests/support/result_matchers.h"
#include "tests/support/temp_directory.h"

namespace tarn::transform {
namespace {

class SniffedCsvTest : public testing::Test {
 protected:
  std::filesystem::path File(const std::string& content) {
    const auto file = directory_ / (std::to_string(files_++) + ".csv");
    std::ofstream(file, std::ios::binary) << content;
    return file;
  }

  SniffedCsv Sniff(const std::vector<std::filesystem::path>& files, const CsvDialect& declared = {},
                   const std::string& options = ", quote = '\"'") {
    auto sniffed = SniffedCsv::Sniff(workspace_->connection(), declared, files, options, {});
    EXPECT_THAT(sniffed, IsOk());
    return sniffed.ok() ? *std::move(sniffed) : SniffedCsv();
  }

  nlohmann::json Rows(const std::string& relation) {
    const auto rows =
        workspace_->connection().Rows("SELECT * EXCLUDE (_file) FROM " + relation + " ORDER BY ALL");
    EXPECT_THAT(rows, IsOk());
    return rows.ok() ? *rows : nlohmann::json();
  }

  // What the engine reads by itself.
  nlohmann::json RowsOfEngine(const std::filesystem::path& file) {
    return Rows("read_csv('" + file.string() +
                "', filename = '_file', hive_partitioning = false, quote = '\"')");
  }

  TempDirectory directory_;
  int files_ = 0;
  std::unique_ptr<SqlWorkspace> workspace_ =
      std::move(SqlWorkspace::Open({}, directory_.path(), {directory_.path()})).value();
};

TEST_F(SniffedCsvTest, ReadsAsTheEngineItselfDoes) {
  for (const char* content : {
           "a,b\n1,x\n2,\"y, \"\"z\"\"\"\n",
           "a;b;c\r\n1;x;31/12/2020\r\n2;;01/02/2021\r\n",
           "a\tb\n1.5\t2026-01-02 03:04:05\n\t\n",
           "# a remark\na,b\n1,2\n",
           "1,x\n2,y\n",
           "a|b\n1|\"two\nlines\"\n",
           "only\n1\n\n2\n",
           "a,b\n",
           "a,a,\n1,2,3\n",
       }) {
    SCOPED_TRACE(content);
    const auto file = File(content);
    const auto relation = Sniff({file}).Relation({});
    ASSERT_TRUE(relation);
    EXPECT_EQ(Rows(*relation), RowsOfEngine(file));
  }
}

TEST_F(SniffedCsvTest, ReadsValuesAsTheTypesThatAreWanted) {
  const auto file = File("id,n,day\n007,1,2026-01-02\n");
  const SniffedCsv sniffed = Sniff({file});
  const auto relation = sniffed.Relation({{"id", "VARCHAR"}, {"n", "DOUBLE"}});
  ASSERT_TRUE(relation);
  EXPECT_EQ(Rows(*relation), nlohmann::json::parse(R"([{"id": "007", "n": 1.0, "day": "2026-01-02"}])"));
  // As a timestamp it may be written in another way, which only a look at the values tells.
  EXPECT_FALSE(sniffed.Relation({{"day", "TIMESTAMP"}}));
}

TEST_F(SniffedCsvTest, ReadsFilesOfSeveralKindsByTheNamesOfTheirColumns) {
  const SniffedCsv sniffed =
      Sniff({File("a,b\n1,x\n"), File("b;a\ny;2\n"), File("a,b\n3,z\n"), File("a,c\n4,true\n")});
  std::vector<std::string> names;
  for (const duckdb::Column& column : sniffed.Columns()) names.push_back(column.name + " " + column.type);
  EXPECT_EQ(names, (std::vector<std::string>{"a BIGINT", "b VARCHAR", "c BOOLEAN"}));
  const auto relation = sniffed.Relation({{"a", "BIGINT"}});
  ASSERT_TRUE(relation);
  EXPECT_EQ(Rows(*relation), nlohmann::json::parse(R"([
    {"a": 1, "b": "x", "c": null}, {"a": 2, "b": "y", "c": null}, {"a": 3, "b": "z", "c": null},
    {"a": 4, "b": null, "c": true}])"));
}

TEST_F(SniffedCsvTest, ReadsDoubledQuotesThatTheBeginningOfTheFileHasNot) {
  std::string content = "a,b\n";
  for (int i = 0; i < 30'000; ++i) content += std::to_string(i) + ",x\n";
  const auto file = File(content + "30000,\"say \"\"tarn\"\"\"\n");
  const auto relation = Sniff({file}).Relation({});
  ASSERT_TRUE(relation);
  const auto rows = Rows("(SELECT * FROM " + *relation + " WHERE a = 30000)");
  EXPECT_EQ(rows, nlohmann::json::parse(R"([{"a": 30000, "b": "say \"tarn\""}])"));
}

TEST_F(SniffedCsvTest, KeepsWhatIsDeclared) {
  CsvDialect declared;
  declared.null_text = "-";
  const auto relation = Sniff({File("a\n-\n5\n")}, declared, ", quote = '\"', nullstr = '-'").Relation({});
  ASSERT_TRUE(relation);
  EXPECT_EQ(Rows(*relation), nlohmann::json::parse(R"([{"a": 5}, {"a": null}])"));
}

TEST_F(SniffedCsvTest, GivesUpOverFilesOfVeryManyKinds) {
  std::vector<std::filesystem::path> files;
  for (int i = 0; i < 21; ++i) files.push_back(File("a" + std::to_string(i) + ",b\n1,2\n"));
  EXPECT_FALSE(Sniff(files).Relation({}));
}

}  // namespace
}  // namespace tarn::transform
