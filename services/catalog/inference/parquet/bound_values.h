#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "services/catalog/inference/parquet/footer.h"

namespace tarn::inference {

/// How a column's bounds are compared and shown. kNone: not at all (INT96, intervals, blobs, FLOAT16, lists
/// ...).
struct BoundKind {
  enum Order { kNone, kBoolean, kSigned, kUnsigned, kFloat, kDouble, kText, kUuid, kDecimalBytes };
  enum Show { kPlain, kDate, kTime, kTimestamp, kTimestampNs, kTimestampTz, kDecimal };

  Order order = kNone;
  Show show = kPlain;
  size_t bytes = 0;              ///< of a bound; 0: any
  int bits = 0;                  ///< of the integers that the column's type holds
  int scale = 0, precision = 0;  ///< of decimals
  int64_t unit_ns = 1;           ///< of times and timestamps
};

/// `type` is what the column is for DuckDB (ParquetLeafType).
BoundKind KindOfBounds(const ParquetNode& node, std::string_view type);

/// Whether a bound, as the footer has it, can be one: its size fits, and it is not NaN.
bool IsBound(const BoundKind& kind, std::string_view bound);
/// Whether a < b in the order of the column's type.
bool BoundLess(const BoundKind& kind, std::string_view a, std::string_view b);
/// Whether a bound means the same in the orders of signed and unsigned integers, which old writers confused.
bool AnyOrder(const BoundKind& kind, std::string_view bound);

/// Shows a bound as DuckDB's CAST AS VARCHAR does. Nothing for values beyond the type, the years 1 to 9999,
/// and an upper bound of floating-point columns: NaN, which bounds do not tell of, is above all numbers.
std::optional<std::string> ShowBound(const BoundKind& kind, std::string_view bound, bool upper);

/// How many integers lie between two bounds, both included; nothing if they are no integers or too many.
std::optional<int64_t> CountBetween(const BoundKind& kind, std::string_view min, std::string_view max);

}  // namespace tarn::inference
