#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/sqlite/database.h"
#include "services/catalog/tables/statistics_summary.h"
#include "services/catalog/tables/types.h"

namespace tarn::catalog {

/// Statistics of whole tables. They are summed up when they are asked for, and the sum is kept with the version that
/// it is of: after commits that only added files, those files are added to it, after others all files are summed up
/// anew. So commits pay nothing for it.
class TableStatistics {
 public:
  static const char* const kMigration;

  /// What is kept.
  struct Sum {
    int64_t table_id = 0;
    int64_t version = 0;
    int64_t last_file = 0;
    std::string body;
  };
  struct Answer {
    std::vector<ColumnSummary> columns;
    std::optional<Sum> to_keep{};  ///< set if it is not kept yet
  };
  /// Reads those of the current version, partition keys last. Inside a transaction of `database`. Errors: kNotFound,
  /// those of the database.
  static Result<Answer> Read(sqlite::Database& database, const TableName& name);

  /// Keeps the sum for the next Read. Errors: those of the database.
  static Status Keep(sqlite::Database& database, const Sum& sum);
};

}  // namespace tarn::catalog
