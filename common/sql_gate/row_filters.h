#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "common/table_filter/filter.h"

namespace tarn::sql_gate {

/// A table of a FROM clause, and what WHERE says of its rows.
struct FilteredReference {
  const nlohmann::json* reference = nullptr;  ///< the BASE_TABLE in the syntax tree
  /// Rows for which one of them is not true change nothing in the result.
  std::vector<table_filter::Filter> filters{};
};

/// Finds the tables that stand in the FROM clause of `select` itself (a SELECT_NODE), and for each the conditions of
/// its WHERE that compare a column with constants. Takes only what is beyond doubt: conditions joined by AND at the
/// top, and columns whose table is beyond doubt. Whether the table has the column is for others to see.
std::vector<FilteredReference> FindRowFilters(const nlohmann::json& select);

}  // namespace tarn::sql_gate
