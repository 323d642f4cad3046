#include "common/table_view/table_view.h"

#include <gtest/gtest.h>

#include <fstream>

#include "common/duckdb/engine.h"
#include "tests/support/result_matchers.h"
#include "tests/support/temp_directory.h"

namespace tarn::table_view {
namespace {

using catalog_client::DataFile;
using catalog_client::FileFormat;
using catalog_client::FileLayout;
using catalog_client::TableSnapshot;

class TableViewTest : public testing::Test {
 protected:
  TableViewTest() {
    duckdb::InstanceOptions options;
    options.allowed_directories = {directory_.path()};
    instance_ = std::move(duckdb::Instance::Open(options)).value();
    connection_ = std::move(instance_->Connect()).value();
    table_.database = "d";
    table_.table = "t";
  }

  std::filesystem::path Parquet(const std::string& sql) {
    const auto path = directory_ / (std::to_string(paths_.size()) + ".parquet");
    EXPECT_THAT(connection_->Run("COPY (" + sql + ") TO " + duckdb::QuoteLiteral(path.string()) + " (FORMAT parquet)"), IsOk());
    return path;
  }

  std::filesystem::path Text(const std::string& content) {
    const auto path = directory_ / (std::to_string(paths_.size()) + ".csv");
    std::ofstream(path) << content;
    return path;
  }

  void Add(std::filesystem::path path, std::shared_ptr<const FileLayout> layout, std::vector<std::string> partition = {}) {
    DataFile file;
    file.layout = std::move(layout);
    file.partition_values = std::make_shared<const std::vector<std::string>>(std::move(partition));
    table_.files.push_back(std::move(file));
    paths_.push_back(std::move(path));
  }

  std::string query() {
    const auto sql = TableQuery(table_, paths_);
    EXPECT_THAT(sql, IsOk());
    return sql.ok() ? *sql : "";
  }

  // The first row of a SELECT of texts over the table, "|" between the values; or the error.
  std::string Select(const std::string& expressions) {
    const auto result = connection_->Execute("SELECT " + expressions + " FROM (" + query() + ") AS t", {}, {});
    if (!result.ok()) return result.error().message();
    const auto chunk = (*result)->Next();
    if (!chunk.ok()) return chunk.error().message();
    std::string row;
    for (size_t i = 0; i < (*result)->columns().size(); ++i) row += (i > 0 ? "|" : "") + (*chunk)->Text(0, i);
    return row;
  }

  static std::shared_ptr<const FileLayout> Layout(std::vector<catalog_client::FileColumn> columns, FileFormat format = FileFormat::kParquet) {
    FileLayout layout;
    layout.format = format;
    layout.columns = std::move(columns);
    return std::make_shared<const FileLayout>(std::move(layout));
  }

  TempDirectory directory_;
  std::unique_ptr<duckdb::Instance> instance_;
  std::unique_ptr<duckdb::Connection> connection_;
  TableSnapshot table_;
  std::vector<std::filesystem::path> paths_;
};

TEST_F(TableViewTest, GivesEachFileOfManyPartitionsItsOwnValues) {
  table_.columns = {{"v", "INTEGER", false}, {"day", "DATE", true}, {"code", "VARCHAR", true}};
  const auto layout = Layout({{"v", "v"}});
  for (int i = 0; i < 100; ++i) {
    Add(Parquet("SELECT " + std::to_string(i) + " AS v UNION ALL SELECT -1"), layout,
        {i == 7 ? "__HIVE_DEFAULT_PARTITION__" : i % 2 ? "2026-01-01" : "2026-01-02", "it's \"" + std::to_string(i) + "\""});
  }
  EXPECT_LT(query().size(), 20'000u);  // no branch for each of them
  EXPECT_EQ(Select("count(*)::VARCHAR, count(DISTINCT code)::VARCHAR, count(*) FILTER (day IS NULL)::VARCHAR"), "200|100|2");
  EXPECT_EQ(Select("count(*) FILTER (v >= 0 AND code <> 'it''s \"' || v || '\"')::VARCHAR"), "0");
  EXPECT_EQ(Select("count(*) FILTER (v >= 0 AND v % 2 = 1 AND day <> DATE '2026-01-01')::VARCHAR"), "0");
}

TEST_F(TableViewTest, KeepsPartitionsApartWhereAColumnIsCalledAsTheNumberOfTheFile) {
  table_.columns = {{"file_index", "INTEGER", false}, {"k", "INTEGER", true}};
  const auto layout = Layout({{"file_index", "file_index"}});
  for (int i = 0; i < 40; ++i) Add(Parquet("SELECT 0 AS file_index"), layout, {std::to_string(i)});
  EXPECT_EQ(Select("count(DISTINCT k)::VARCHAR, sum(file_index)::VARCHAR"), "40|0");
}

TEST_F(TableViewTest, FollowsARename) {
  table_.columns = {{"new", "BIGINT", false}, {"old", "VARCHAR", false}};
  Add(Parquet("SELECT 5 AS before"), Layout({{"new", "before"}}));
  Add(Parquet("SELECT 6 AS new, 'x' AS other"), Layout({{"new", "new"}, {"old", "other"}}));
  EXPECT_EQ(Select("sum(new)::VARCHAR, max(old), typeof(any_value(new))"), "11|x|BIGINT");
}

TEST_F(TableViewTest, TakesLinesApartByTheirPattern) {
  table_.columns = {{"method", "VARCHAR", false}, {"status", "INTEGER", false}};
  FileLayout layout;
  layout.format = FileFormat::kCsv;
  layout.columns = {{"method", "m"}, {"status", "s"}};
  layout.csv.columns = {"m", "s"};
  layout.csv.pattern = R"((\w+) "[^"]*" (\d+))";
  layout.csv.skip_unmatched = true;
  const auto file = Text("GET \"/a,b\" 200\nnothing\nPUT \"/\" 404\n");
  Add(file, std::make_shared<const FileLayout>(layout));
  EXPECT_EQ(Select("string_agg(method, ','), sum(status)::VARCHAR"), "GET,PUT|604");
  layout.csv.skip_unmatched = false;
  table_.files[0].layout = std::make_shared<const FileLayout>(layout);
  EXPECT_THAT(Select("count(method)::VARCHAR"), testing::HasSubstr("does not match the pattern"));
}

TEST_F(TableViewTest, ReadsRecordsInsideOfAnObject) {
  table_.columns = {{"id", "BIGINT", false}, {"odd name", "VARCHAR", false}};
  catalog_client::FileLayout layout;
  layout.format = catalog_client::FileFormat::kJson;
  layout.columns = {{"id", "id", "BIGINT"}, {"odd name", "a b", "VARCHAR"}};
  layout.records_path = {"data", "the items"};
  Add(Text(R"({"page": 1, "data": {"the items": [{"id": 1, "a b": "x"}, null, {"id": 2}]}})"),
      std::make_shared<const FileLayout>(layout));
  EXPECT_EQ(Select("count(*)::VARCHAR || min(\"odd name\"), sum(id)::VARCHAR"), "2x|3");
}

TEST_F(TableViewTest, ShowsATableWithoutFilesAsEmpty) {
  table_.columns = {{"a", "INTEGER", false}, {"k", "DATE", true}};
  EXPECT_EQ(Select("count(*)::VARCHAR"), "0");
}

}  // namespace
}  // namespace tarn::table_view
