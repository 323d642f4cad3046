#pragma once

#include <map>
#include <string_view>
#include <vector>

#include "common/result/result.h"
#include "common/table_filter/filter.h"
#include "services/catalog/pruning/can_match.h"
#include "services/catalog/tables/types.h"

namespace tarn::catalog {

/// Tells which files of a table can have rows for which all filters are true: by their partition values, by the
/// columns they have, and by their statistics. It never leaves out one that has such a row. One thread.
class FileFilter {
 public:
  /// Filters on columns that the table does not have, and those that can leave out nothing, are dropped.
  /// `schema` must outlive this.
  FileFilter(const std::vector<table_filter::Filter>& filters, const std::vector<Column>& schema);
  FileFilter(const FileFilter&) = delete;
  FileFilter& operator=(const FileFilter&) = delete;

  bool empty() const { return keys_.empty() && columns_.empty(); }

  /// A filter on a partition key.
  struct KeyCondition {
    std::string key;
    pruning::Condition condition;
  };
  const std::vector<KeyCondition>& keys() const { return keys_; }
  bool CanMatchPartition(const std::vector<PartitionValue>& values) const;

  /// What the filters come to in files of one layout.
  struct LayoutPlan {
    struct Check {
      size_t file_column = 0;
      pruning::ValueKind file_kind = pruning::ValueKind::kOther;
      bool comparable = false;  ///< min and max say something
      const pruning::Condition* condition = nullptr;
    };
    bool can_match = true;
    std::vector<Check> checks;  ///< by statistics
  };
  /// Lives as long as this.
  const LayoutPlan& PlanOf(const FileLayout& layout);

  /// `stored` is what StoreStatistics wrote for a file of that layout. Errors: those of ReadStatistics.
  static Result<bool> CanMatchFile(const LayoutPlan& plan, std::string_view stored, int64_t rows);

 private:
  LayoutPlan MakePlan(const FileLayout& layout) const;

  struct ColumnCondition {
    size_t column = 0;  ///< its place in the schema
    pruning::Condition condition;
  };
  const std::vector<Column>& schema_;
  std::vector<KeyCondition> keys_;
  std::vector<ColumnCondition> columns_;
  std::map<const FileLayout*, LayoutPlan> plans_;
};

}  // namespace tarn::catalog
