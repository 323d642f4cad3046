#pragma once

#include <nlohmann/json_fwd.hpp>
#include <stop_token>
#include <string>
#include <vector>

#include "common/duckdb/engine.h"
#include "common/result/result.h"

namespace tarn::transform {

/// A row that is there, but with other values than expected.
struct ChangedRow {
  struct Value {
    std::string column, expected, actual;  ///< as JSON
  };
  std::string row;  ///< the expected one, as JSON
  std::vector<Value> values;
};

/// How rows differ from those expected. Rows are JSON texts.
struct RowDiff {
  std::string relation;  ///< the model or output
  std::vector<std::string> missing, unexpected;
  std::vector<ChangedRow> changed;
  size_t left_out = 0;  ///< differences beyond the first kMaxShown of each list

  bool empty() const { return missing.empty() && unexpected.empty() && changed.empty(); }
  nlohmann::json ToJson() const;
  /// Some lines that a person can read.
  std::string Text() const;

  static constexpr size_t kMaxShown = 20;
};

/// Compares the rows of a relation with those expected, in the columns that these name; a column that only
/// some of them name is NULL in the others. The order does not matter; rows count as often as they occur.
/// DOUBLE compares by 12 digits, FLOAT by 6. `columns` are those of the relation. Errors: kInvalidArgument if
/// it has no column that is named, or an expected value is not of its type; kTooLarge over kMaxRows.
Result<RowDiff> CompareRows(duckdb::Connection& connection, const std::string& relation,
                            const std::vector<duckdb::Column>& columns, const nlohmann::json& expected,
                            std::stop_token cancelled);

inline constexpr size_t kMaxComparedRows = 10'000;

}  // namespace tarn::transform
