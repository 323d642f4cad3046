#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/decoding/decoded_files.h"
#include "common/duckdb/engine.h"
#include "services/catalog/inference/file_inspector.h"
#include "tests/support/temp_directory.h"
#include "tests/unit/services/catalog/catalog_fixture.h"

namespace tarn::catalog {

/// The table s.t over real files, cataloged and read with the real parts: inference, commit, the snapshot's
/// message and the view that statements read.
class EvolvingTable {
 public:
  explicit EvolvingTable(bool versioned) : versioned_(versioned) {}

  /// Puts a text file, or with `sql` a Parquet file of that query's rows, with field ids: "{a: 1, b: 2}"; or
  /// deletes one. Names are below the table's folder.
  void Write(const std::string& name, const std::string& text);
  void WriteParquet(const std::string& name, const std::string& sql, const std::string& field_ids = "");
  void Delete(const std::string& name);

  /// Commits what changed since the last commit, as a crawl does.
  Result<TableReport> Commit(const SchemaPolicy& policy);
  /// What a commit would do.
  Result<TableReport> Plan(const SchemaPolicy& policy);
  Result<TableReport> Rollback(int64_t version);

  /// "name TYPE", and " key" behind a partition key.
  std::vector<std::string> Schema() const;
  int64_t version() const;
  bool deprecated() const;

  /// One JSON array per line. `sql` reads the table as t. `version` 0: the current one.
  Result<std::string> Query(const std::string& sql, int64_t version = 0);

  CatalogFixture catalog;
  const TableName name{"s", "t"};

 private:
  std::filesystem::path PathOf(const std::string& key, const std::string& object_version) const;
  std::filesystem::path NewPath(const std::string& name);
  Result<TableChange> Change(const SchemaPolicy& policy);
  Result<std::vector<std::filesystem::path>> PathsOf(const TableSnapshot& snapshot) const;

  const bool versioned_;
  TempDirectory directory_;
  FileInspector inspector_{directory_.path(), {}};
  decoding::DecodedFiles decoded_;
  std::map<std::string, std::string> live_;  // key -> object version
  std::vector<std::string> written_, deleted_;
  int64_t puts_ = 0;
};

}  // namespace tarn::catalog
