#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace tarn::catalog {

/// What is known of the values of one column of one file, without reading them again. What is not known is
/// left out: nothing here is ever a guess that could hide a value, but for `distinct`.
struct ColumnStatistics {
  std::string column;            ///< the file's own name of it
  std::optional<int64_t> nulls;  ///< exact
  /// Bounds: min <= every value that is not NULL <= max, in DuckDB's order of the column's type in the file
  /// (text by its bytes, NaN above all numbers); not always values that occur. Written as DuckDB's CAST AS
  /// VARCHAR writes them, with the time zone UTC. Long text is cut: at most kMaxBoundBytes.
  std::optional<std::string> min, max;
  std::optional<int64_t> distinct;  ///< how many different values there are, an estimate

  bool operator==(const ColumnStatistics&) const = default;
};

inline constexpr size_t kMaxBoundBytes = 64;

}  // namespace tarn::catalog
