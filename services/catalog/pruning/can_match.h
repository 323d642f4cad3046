#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/table_filter/filter.h"
#include "services/catalog/pruning/value_order.h"

namespace tarn::catalog::pruning {

/// A filter on a column of a known type, ready to be compared.
class Condition {
 public:
  /// Nothing if the filter can leave out nothing, because what its values come to is not known. `type` is the
  /// column's in the table.
  static std::optional<Condition> Make(const table_filter::Filter& filter, std::string_view type);

  table_filter::Operator op() const { return op_; }
  const std::vector<Value>& values() const { return values_; }
  ValueKind kind() const { return kind_; }
  bool is_null_test() const;

 private:
  table_filter::Operator op_ = table_filter::Operator::kIsNull;
  ValueKind kind_ = ValueKind::kOther;
  std::vector<Value> values_;
};

/// What is known of a column's values in a file, in the table's type.
struct ValueRange {
  std::optional<Value> min, max;  ///< bounds of those that are not NULL
  bool has_nulls = true;          ///< false: there is no NULL
  bool has_values = true;         ///< false: all are NULL
};

/// Whether the condition may be true for one of the values.
bool CanMatch(const Condition& condition, const ValueRange& range);

/// What a partition value says of its column in the rows of its files. `text` is decoded, or kNullPartition.
ValueRange RangeOfPartition(std::string_view text, ValueKind kind);

}  // namespace tarn::catalog::pruning
