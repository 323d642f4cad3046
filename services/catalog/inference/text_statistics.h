#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "common/duckdb/engine.h"
#include "common/result/result.h"
#include "services/catalog/tables/column_statistics.h"
#include "services/catalog/tables/types.h"

namespace tarn::catalog {

/// A column of a text file as a query reads it.
struct ReadColumn {
  std::string name;        ///< of the column
  std::string type;        ///< as the layout has it
  std::string expression;  ///< SQL for its value, of that type
};

/// Of more columns than this nothing is known: asking takes longer than it is worth.
inline constexpr size_t kMaxTextStatistics = 200;

/// Renders what to select of a source, ", ..." behind another expression, for TextStatistics to read. Nothing
/// for more than kMaxTextStatistics columns.
std::string StatisticsSql(const std::vector<ReadColumn>& columns);
/// Reads the values of StatisticsSql from a result's row, from the value `at` on; `rows` is how many the
/// source has.
std::vector<ColumnStatistics> TextStatistics(const std::vector<ReadColumn>& columns,
                                             const std::vector<nlohmann::json>& row, size_t at, int64_t rows);

}  // namespace tarn::catalog
