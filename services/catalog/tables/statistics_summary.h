#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/result/result.h"
#include "services/catalog/tables/types.h"

namespace tarn::catalog {

struct StoredStatistics;

/// What is known of a column's values in all files of a table.
struct ColumnSummary {
  Column column;
  std::optional<int64_t> nulls{};           ///< rows of files without the column included
  std::optional<std::string> min{}, max{};  ///< bounds of every value
  std::optional<int64_t> distinct{};        ///< an estimate
};

/// Sums statistics of files up to those of their table. Files can be added, but not taken away: bounds do not tell
/// whether another file has them, too.
class StatisticsSummary {
 public:
  /// Adds a file of `rows` rows. `stored` is what StoreStatistics wrote. Errors: those of ReadStatistics.
  Status Add(const FileLayout& layout, int64_t rows, std::string_view stored);

  /// What it comes to for the columns of a table with `rows` rows that are not partition keys.
  std::vector<ColumnSummary> Columns(const std::vector<Column>& schema, int64_t rows) const;

  std::string Store() const;
  /// Errors: kInternal if the text is not what Store wrote.
  static Result<StatisticsSummary> Load(std::string_view text);

 private:
  // Of files that have the column with one name and type.
  struct Sum {
    int64_t rows = 0;
    int64_t values = 0;  // rows that have any, as far as is known
    int64_t nulls = 0;
    bool nulls_known = true, bounds_known = true, distinct_known = true;
    std::string min, max;  // if `values` > 0
    int64_t distinct_sum = 0, distinct_most = 0;
  };
  struct Merged;

  static void AddKnown(const StoredStatistics& statistics, const std::string& type, int64_t rows, Sum& sum);
  Merged Merge(const Column& column) const;

  std::map<std::pair<std::string, std::string>, Sum> sums_;  // by the name in the file, and the type
};

}  // namespace tarn::catalog
