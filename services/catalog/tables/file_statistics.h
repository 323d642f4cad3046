#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/result/result.h"
#include "services/catalog/tables/column_statistics.h"
#include "services/catalog/tables/types.h"

namespace tarn::catalog {

/// Statistics of one column as they are kept.
struct StoredStatistics {
  size_t column = 0;  ///< its place in FileLayout::columns
  std::optional<int64_t> nulls;
  std::optional<std::string_view> min, max;
  std::optional<int64_t> distinct;
};

/// Writes a file's statistics in few bytes, about 25 for a column of numbers: there may be a million files.
/// Those of columns that the layout does not have, and of which nothing is known, are left out.
std::string StoreStatistics(const std::vector<ColumnStatistics>& statistics, const FileLayout& layout);

/// Calls `take` for each column, in the order of the layout. The texts are those of `stored`. Errors:
/// kInternal if `stored` is not what StoreStatistics wrote.
Status ReadStatistics(std::string_view stored, const std::function<void(const StoredStatistics&)>& take);

/// What StoreStatistics took. Errors: those of ReadStatistics.
Result<std::vector<ColumnStatistics>> LoadStatistics(std::string_view stored, const FileLayout& layout);

}  // namespace tarn::catalog
