#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>

#include "common/sqlite/database.h"
#include "services/catalog/tables/types.h"

namespace tarn::catalog {

/// Reads rows of `files` as data files. Layouts are loaded once, and so are runs of equal partitions. One thread.
class FileRows {
 public:
  explicit FileRows(sqlite::Database& database) : database_(database) {}

  /// What a SELECT has to begin with.
  static constexpr const char* kSelect =
      "SELECT f.id, f.bucket, f.key, f.object_version, f.size_bytes, f.rows, f.last_modified, f.partition, f.layout_id ";

  /// Errors: those of the database, kInternal for a damaged record.
  Result<DataFile> Read(const sqlite::Statement& row);
  static int64_t Id(const sqlite::Statement& row) { return row.Integer(0); }

  using LayoutPointer = std::shared_ptr<const FileLayout>;
  Result<LayoutPointer> Layout(const sqlite::Statement& row);
  Result<const std::vector<PartitionValue>*> Partition(const sqlite::Statement& row);

 private:
  sqlite::Database& database_;
  std::unordered_map<int64_t, LayoutPointer> layouts_;
  std::string partition_text_ = "[]";
  std::vector<PartitionValue> partition_;
};

}  // namespace tarn::catalog
