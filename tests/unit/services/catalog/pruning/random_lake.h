#pragma once

#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "common/catalog_client/snapshot.h"
#include "common/duckdb/engine.h"
#include "common/sql_gate/gate.h"
#include "services/catalog/inference/file_inspector.h"
#include "tests/support/temp_directory.h"
#include "tests/unit/services/catalog/catalog_fixture.h"

namespace tarn::catalog {

/// A cataloged table of small Parquet files with random values of many types, NULLs and NaN among them. Some files lack
/// columns or have narrower types, and its partitions are of three keys. Each row knows its file by the column `file`.
class RandomLake {
 public:
  explicit RandomLake(unsigned seed);

  /// The files of the snapshot that the catalog answers for the filters of `where`.
  std::set<int> FilesAnswered(const std::string& where);
  /// The files with a row for which `where` is true; nothing if the engine refuses it.
  std::optional<std::set<int>> FilesMatching(const std::string& where);
  /// What a statement over the answered files gives, and over all files.
  std::string CountOverAnswer(const std::string& where);
  std::string CountOverAll(const std::string& where);

  /// A comparison of a random column with a value near those that it has, or of an odd kind.
  std::string RandomCondition();

  static constexpr int kFiles = 60;

 private:
  void WriteFile(int number);
  void LoadAll();
  catalog_client::TableSnapshot Snapshot(const std::string& where);
  std::string Query(const std::string& sql);
  std::string RandomValue(const std::string& type, int64_t base, int spread);
  int Roll(int sides) { return static_cast<int>(random_() % static_cast<unsigned>(sides)); }

  TempDirectory directory_;
  FileInspector inspector_{directory_.path(), {}};
  std::mt19937 random_;
  std::unique_ptr<duckdb::Instance> instance_;
  std::unique_ptr<duckdb::Connection> connection_;
  std::unique_ptr<sql_gate::Gate> gate_;
  CatalogFixture catalog_;
  std::vector<DataFile> files_;
};

}  // namespace tarn::catalog
