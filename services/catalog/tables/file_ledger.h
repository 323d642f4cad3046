#pragma once

#include <memory>
#include <string>

#include "common/sqlite/database.h"
#include "services/catalog/tables/table_state.h"
#include "services/catalog/tables/types.h"

namespace tarn::catalog {

/// Adds files to a table's next version and takes them out, keeping count of files, layouts and partitions.
/// Inside a transaction. Costs as much as what it does, not as much as the table has. Errors of all methods:
/// those of the database.
class FileLedger {
 public:
  FileLedger(sqlite::Database& database, TableState& table) : database_(database), table_(table) {}

  /// What is live under a file's key: nothing, this very file (with the same layout, values in its path, rows
  /// and statistics), or another.
  enum class Live { kNothing, kSame, kOther };
  Result<Live> LiveAs(const DataFile& file);
  /// The file's key must not be live.
  Status Add(const DataFile& file);
  /// Taking out what is not there is no error.
  Status Remove(const std::string& bucket, const std::string& key);

  /// Makes a file of a former version live again, by its row. Its key must not be live.
  Status AddAgain(int64_t file_id);

 private:
  Status AddStatistics(int64_t file_id, const DataFile& file);
  Status AddPartition(const std::string& partition);
  Status RemovePartition(const std::string& partition);
  Result<int64_t> FindOrAddLayout(const std::shared_ptr<const FileLayout>& layout);
  Status Count(int64_t layout_id, const std::string& partition, int sign, int64_t size_bytes, int64_t rows);

  sqlite::Database& database_;
  TableState& table_;
  // Most files of a commit are laid out as the one before.
  std::shared_ptr<const FileLayout> last_layout_;
  int64_t last_layout_id_ = 0;
};

}  // namespace tarn::catalog
