#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/sqlite/database.h"
#include "services/catalog/tables/file_filter.h"
#include "services/catalog/tables/types.h"

namespace tarn::catalog {

/// Finds a table's live partitions by the values of their keys, in a time that depends on how many there are to be
/// found. Texts of integers are kept as integers, so that they are found by their order as numbers.
/// Errors of all methods: those of the database.
class PartitionIndex {
 public:
  static const char* const kMigration;

  explicit PartitionIndex(sqlite::Database& database) : database_(database) {}

  /// `stored` is StorePartition(values). Inside the transaction that changes the table's partitions.
  Status Add(int64_t table_id, const std::string& stored, const std::vector<PartitionValue>& values);
  Status Remove(int64_t table_id, const std::string& stored, const std::vector<PartitionValue>& values);

  /// How many partitions the table has; 0 without partition keys.
  Result<int64_t> Count(int64_t table_id);

  /// The partitions that can match, as StorePartition wrote them, in order. Nothing if they are more than `limit`, or
  /// if no filter is on a partition key.
  Result<std::optional<std::vector<std::string>>> Find(int64_t table_id, const FileFilter& filter, int64_t limit);

 private:
  sqlite::Database& database_;
};

}  // namespace tarn::catalog
