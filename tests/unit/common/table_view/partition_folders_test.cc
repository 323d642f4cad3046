#include "common/table_view/partition_folders.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "common/duckdb/engine.h"
#include "common/table_view/table_view.h"
#include "tests/support/result_matchers.h"
#include "tests/support/temp_directory.h"

namespace tarn::table_view {
namespace {

namespace fs = std::filesystem;

using catalog_client::FileFormat;
using catalog_client::FileLayout;
using catalog_client::TableSnapshot;
using testing::HasSubstr;
using testing::Not;

using Values = std::vector<std::string>;

constexpr const char* kFolders = "hive_partitioning = true";

// Values that a path, a pattern of paths or the engine could take for something else.
const std::vector<Values> kOddValues = {{"2026-01-01", "a b"},
                                        {"2026-01-02", "NULL"},
                                        {"2026-01-02", "null"},
                                        {"2026-01-02", ""},
                                        {"2026-01-03", "__HIVE_DEFAULT_PARTITION__"},
                                        {"__HIVE_DEFAULT_PARTITION__", "\xC3\xA4/\\=\"'?*[x]{y}"},
                                        {"2026-01-04", "%41%"},
                                        {"2026-01-05", ".."},
                                        {"2026-01-06", "+1\n"}};

FileLayout ParquetLayout() {
  FileLayout layout;
  layout.columns = {{"v", "v"}};
  return layout;
}

class PartitionFoldersTest : public testing::Test {
 protected:
  PartitionFoldersTest() {
    duckdb::InstanceOptions options;
    options.allowed_directories = {directory_.path()};
    instance_ = std::move(duckdb::Instance::Open(options)).value();
    connection_ = std::move(instance_->Connect()).value();
    table_.columns = {{"v", "BIGINT", false}, {"day", "DATE", true}, {"code", "VARCHAR", true}};
  }

  // The n-th file has the row v = n.
  void AddParquet(const FileLayout& layout, const Values& partition, const std::string& more = "") {
    const auto path = NextPath(".parquet");
    const std::string sql = "SELECT " + std::to_string(files_.size()) + "::BIGINT AS v" + more;
    ASSERT_THAT(connection_->Run("COPY (" + sql + ") TO " + duckdb::QuoteLiteral(path.string())), IsOk());
    Add(path, layout, partition);
  }

  void AddText(const std::string& text, const FileLayout& layout, const Values& partition) {
    const auto path = NextPath(".txt");
    std::ofstream(path) << text;
    Add(path, layout, partition);
  }

  void AddOddPartitions() {
    for (const Values& values : kOddValues) AddParquet(ParquetLayout(), values);
  }

  void MoveBelow(const fs::path& directory) {
    for (size_t i = 0; i < files_.size(); ++i) {
      const auto moved = MoveIntoPartitionFolder(files_[i], directory, PartitionValuesOf(table_.files[i]),
                                                 CountPartitionKeys(table_));
      ASSERT_THAT(moved, IsOk());
      files_[i] = *moved;
    }
  }
  void Move() { MoveBelow(directory_.path()); }

  std::string query() {
    const auto sql = TableQuery(table_, files_);
    EXPECT_THAT(sql, IsOk());
    return sql.ok() ? *sql : "";
  }

  // The rows of a SELECT over the table as JSON; or the error.
  std::string Rows(const std::string& select, const std::string& rest = " ORDER BY v") {
    const auto rows = connection_->Rows("SELECT " + select + " FROM (" + query() + ") AS t" + rest);
    return rows.ok() ? rows->dump() : rows.error().message();
  }

  TempDirectory directory_;
  std::unique_ptr<duckdb::Instance> instance_;
  std::unique_ptr<duckdb::Connection> connection_;
  TableSnapshot table_;
  std::vector<fs::path> files_;

 private:
  fs::path NextPath(const std::string& extension) const {
    return directory_ / (std::to_string(files_.size()) + extension);
  }

  void Add(const fs::path& path, const FileLayout& layout, const Values& partition) {
    // Layouts are shared by those that are alike, as the catalog's messages have them.
    if (!layout_ || layout_->columns != layout.columns) layout_ = std::make_shared<const FileLayout>(layout);
    catalog_client::DataFile file;
    file.layout = layout_;
    file.partition_values = std::make_shared<const Values>(partition);
    table_.files.push_back(std::move(file));
    files_.push_back(path);
  }

  std::shared_ptr<const FileLayout> layout_;
};

TEST_F(PartitionFoldersTest, SayTheSameAsAListOfValues) {
  AddOddPartitions();
  const std::string listed = Rows("*");
  ASSERT_THAT(query(), Not(HasSubstr(kFolders)));
  Move();
  EXPECT_THAT(query(), HasSubstr(kFolders));
  EXPECT_EQ(Rows("*"), listed);
  EXPECT_EQ(Rows("v", " WHERE code IS NULL OR code = 'NULL' ORDER BY v"), R"([{"v":1},{"v":4}])");
  EXPECT_EQ(Rows("v", " WHERE day = DATE '2026-01-02' AND code <> 'null' ORDER BY v"),
            R"([{"v":1},{"v":3}])");
  EXPECT_EQ(Rows("v", " WHERE day IS NULL"), R"([{"v":5}])");
}

TEST_F(PartitionFoldersTest, AreReadByOneReader) {
  AddOddPartitions();
  Move();
  EXPECT_THAT(query(), Not(HasSubstr("UNION")));
  EXPECT_THAT(query(), Not(HasSubstr("JOIN")));
}

TEST_F(PartitionFoldersTest, HideNoColumnOfTheirName) {
  FileLayout layout = ParquetLayout();
  layout.columns.push_back({"own", "Tarn_Key_1"});
  table_.columns.insert(table_.columns.begin() + 1, {"own", "VARCHAR", false});
  AddParquet(layout, {"2026-01-01", "a"}, ", 'mine' AS \"Tarn_Key_1\"");
  AddParquet(layout, {"2026-01-02", "b"}, ", 'too' AS \"Tarn_Key_1\"");
  Move();
  EXPECT_EQ(Rows("own, code"), R"([{"code":"a","own":"mine"},{"code":"b","own":"too"}])");
}

TEST_F(PartitionFoldersTest, StandBeforeAColumnOfTheirNameThatTheTableDoesNotHave) {
  for (const char* code : {"a", "b"})
    AddParquet(ParquetLayout(), {"2026-01-01", code}, ", 'x' AS tarn_key_1");
  Move();
  EXPECT_EQ(Rows("v, code"), R"([{"code":"a","v":0},{"code":"b","v":1}])");
}

TEST_F(PartitionFoldersTest, AreNotReadBelowAFolderThatSaysSomethingElse) {
  const fs::path odd = directory_ / "v=7";
  fs::create_directory(odd);
  for (const char* code : {"a", "b"}) AddParquet(ParquetLayout(), {"2026-01-01", code});
  MoveBelow(odd);
  EXPECT_EQ(Rows("v, code"), R"([{"code":"a","v":0},{"code":"b","v":1}])");
}

TEST_F(PartitionFoldersTest, AreNotMadeForValuesThatAreTooLong) {
  AddParquet(ParquetLayout(), {"2026-01-01", std::string(250, 'x')});
  AddParquet(ParquetLayout(), {"2026-01-01", "short"});
  const auto before = files_;
  Move();
  EXPECT_EQ(files_[0], before[0]);
  EXPECT_EQ(Rows("length(code) AS n"), R"([{"n":250},{"n":5}])");
}

TEST_F(PartitionFoldersTest, AreNotMadeForTablesWithoutPartitions) {
  table_.columns = {{"v", "BIGINT", false}};
  AddParquet(ParquetLayout(), {"left over"});
  const auto before = files_;
  Move();
  EXPECT_EQ(files_, before);
  EXPECT_EQ(Rows("*"), R"([{"v":0}])");
}

TEST_F(PartitionFoldersTest, GiveTheValuesOfTextFiles) {
  FileLayout csv = ParquetLayout();
  csv.format = FileFormat::kCsv;
  csv.csv.delimiter = ",";
  csv.csv.quote = csv.csv.escape = "\"";
  csv.csv.columns = {"v", "w"};
  AddText("0,a\n", csv, {"2026-01-01", "a"});
  AddText("1,b\n", csv, {"2026-01-02", "b"});
  Move();
  EXPECT_THAT(query(), HasSubstr(kFolders));
  EXPECT_EQ(Rows("v, day, code", " WHERE day > DATE '2026-01-01'"),
            R"([{"code":"b","day":"2026-01-02","v":1}])");
}

TEST_F(PartitionFoldersTest, GiveTheValuesOfLinesTakenApart) {
  FileLayout lines = ParquetLayout();
  lines.format = FileFormat::kCsv;
  lines.csv.columns = {"v"};
  lines.csv.pattern = "v=(\\d+)";
  AddText("v=0\n", lines, {"2026-01-01", "a"});
  AddText("v=1\n", lines, {"2026-01-02", "b"});
  const std::string listed = Rows("*");
  Move();
  EXPECT_THAT(query(), HasSubstr(kFolders));
  EXPECT_EQ(Rows("*"), listed);
  EXPECT_EQ(Rows("v, code"), R"([{"code":"a","v":0},{"code":"b","v":1}])");
}

TEST_F(PartitionFoldersTest, GiveTheValuesOfJsonRecords) {
  for (const bool wrapped : {false, true}) {
    table_.files.clear();
    files_.clear();
    FileLayout json;
    json.format = FileFormat::kJson;
    json.columns = {{"v", wrapped ? "w" : "v", "BIGINT"}};
    if (wrapped) json.records_path = {"items"};
    for (const char* code : {"a", "b"}) {
      AddText(wrapped ? R"({"items": [{"w": 5}]})" : R"({"v": 5})", json, {"2026-01-01", code});
    }
    Move();
    EXPECT_THAT(query(), HasSubstr(kFolders));
    EXPECT_EQ(Rows("v, code", " ORDER BY code"), R"([{"code":"a","v":5},{"code":"b","v":5}])");
  }
}

}  // namespace
}  // namespace tarn::table_view
