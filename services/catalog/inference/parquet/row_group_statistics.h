#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "services/catalog/inference/parquet/bound_values.h"
#include "services/catalog/inference/parquet/footer.h"
#include "services/catalog/inference/parquet/thrift_reader.h"

namespace tarn::inference {

/// Sums up what a footer's row groups say of the values of each column at the top level that is a leaf. It
/// keeps nothing per row group, and bounds only where parquet.thrift says that they are right: the old fields
/// `min` and `max` hold for signed numbers, `min_value` and `max_value` hold if the footer names their order.
/// One use; the footer's bytes must outlive it.
class RowGroupStatistics {
 public:
  explicit RowGroupStatistics(const std::vector<ParquetNode>& nodes);

  /// Reads FileMetaData's row_groups and column_orders.
  void Read(ThriftReader& reader);
  void ReadOrders(ThriftReader& reader);

  std::vector<ParquetColumnStatistics> Take();

 private:
  // Bounds over all row groups so far.
  struct Range {
    bool known = true;
    std::optional<std::string_view> min, max;
  };
  struct LeafColumn {
    size_t position = 0;  // among the columns
    std::string name, type;
    BoundKind kind;
    bool required = false;
    bool ordered = false;  // the footer names the order of min_value and max_value
    int64_t nulls = 0, values = 0;
    bool nulls_known = true;
    Range fresh, old;  // of min_value and max_value; of min and max
    std::optional<int64_t> distinct;
    bool distinct_known = true;
  };
  struct Chunk {
    int64_t values = 0;
    int64_t nulls = -1, distinct = -1;
    std::optional<std::string_view> min, max, old_min, old_max;
  };

  void ReadRowGroup(ThriftReader& reader);
  static void ReadChunk(ThriftReader& reader, Chunk& chunk);
  static void ReadStatistics(ThriftReader& reader, Chunk& chunk);
  static void Add(LeafColumn& column, const Chunk& chunk);
  static void Widen(Range& range, const BoundKind& kind, std::optional<std::string_view> min,
                    std::optional<std::string_view> max, bool any_order);
  static void AddDistinct(LeafColumn& column, const Chunk& chunk, const Range& before);
  static ParquetColumnStatistics Sum(const LeafColumn& column);

  std::vector<int64_t> column_of_leaf_;  // -1: not at the top level
  std::vector<LeafColumn> columns_;
  bool complete_ = true;
};

}  // namespace tarn::inference
