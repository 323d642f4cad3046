#include "services/catalog/inference/parquet/row_group_statistics.h"

#include <algorithm>

#include "services/catalog/inference/parquet/column_types.h"
#include "services/catalog/inference/parquet/thrift_fields.h"

namespace tarn::inference {
namespace {

using Type = ThriftReader::Type;

constexpr int64_t kRequired = 0, kRepeated = 2;

bool TakeBinary(ThriftReader& reader, Type type, std::optional<std::string_view>& into) {
  if (type != Type::kBinary) return false;
  into = reader.Binary();
  return true;
}

// Where the nodes below `at` end.
size_t TreeEnd(const std::vector<ParquetNode>& nodes, size_t at) {
  const auto most = static_cast<int64_t>(nodes.size());
  int64_t open = 1;
  for (; at < nodes.size() && open > 0; ++at) open += std::clamp<int64_t>(nodes[at].children, 0, most) - 1;
  return at;
}

}  // namespace

RowGroupStatistics::RowGroupStatistics(const std::vector<ParquetNode>& nodes) {
  size_t position = 0;
  for (size_t at = 1; at < nodes.size(); ++position) {
    const size_t end = TreeEnd(nodes, at);
    const ParquetNode& node = nodes[at];
    if (end == at + 1 && node.repetition != kRepeated) {
      LeafColumn column;
      column.position = position;
      column.name = node.name;
      column.type = ParquetLeafType(node).value_or("");
      column.kind = KindOfBounds(node, column.type);
      column.required = node.repetition == kRequired;
      column_of_leaf_.push_back(static_cast<int64_t>(columns_.size()));
      columns_.push_back(std::move(column));
    } else {
      for (size_t i = at; i < end; ++i) {
        if (nodes[i].children <= 0) column_of_leaf_.push_back(-1);
      }
    }
    at = end;
  }
}

void RowGroupStatistics::Read(ThriftReader& reader) {
  const uint32_t size = reader.StructListHeader();
  for (uint32_t i = 0; i < size && !reader.damaged(); ++i) ReadRowGroup(reader);
}

void RowGroupStatistics::ReadRowGroup(ThriftReader& reader) {
  bool found = false;
  ForEachField(reader, [&](const ThriftReader::Field& field) {
    if (field.id != 1 || field.type != Type::kList) return false;
    const uint32_t size = reader.StructListHeader();
    found = !found && size == column_of_leaf_.size();
    for (uint32_t i = 0; i < size && !reader.damaged(); ++i) {
      Chunk chunk;
      ReadChunk(reader, chunk);
      const int64_t column = found ? column_of_leaf_[i] : -1;
      if (column >= 0) Add(columns_[static_cast<size_t>(column)], chunk);
    }
    return true;
  });
  complete_ = complete_ && found;
}

// ColumnChunk: 3 meta_data; ColumnMetaData: 5 num_values, 12 statistics.
void RowGroupStatistics::ReadChunk(ThriftReader& reader, Chunk& chunk) {
  ForEachField(reader, [&](const ThriftReader::Field& field) {
    if (field.id != 3 || field.type != Type::kStruct) return false;
    ForEachField(reader, [&](const ThriftReader::Field& part) {
      if (part.id == 5) return TakeInteger(reader, part.type, &chunk.values);
      if (part.id != 12 || part.type != Type::kStruct) return false;
      ReadStatistics(reader, chunk);
      return true;
    });
    return true;
  });
}

void RowGroupStatistics::ReadStatistics(ThriftReader& reader, Chunk& chunk) {
  ForEachField(reader, [&](const ThriftReader::Field& field) {
    switch (field.id) {
      case 1:
        return TakeBinary(reader, field.type, chunk.old_max);
      case 2:
        return TakeBinary(reader, field.type, chunk.old_min);
      case 3:
        return TakeInteger(reader, field.type, &chunk.nulls);
      case 4:
        return TakeInteger(reader, field.type, &chunk.distinct);
      case 5:
        return TakeBinary(reader, field.type, chunk.max);
      case 6:
        return TakeBinary(reader, field.type, chunk.min);
      default:
        return false;
    }
  });
}

void RowGroupStatistics::Add(LeafColumn& column, const Chunk& chunk) {
  if (chunk.values < 0) column.nulls_known = column.fresh.known = column.old.known = false;
  if (chunk.values <= 0) return;
  const bool nulls_known = column.required || (chunk.nulls >= 0 && chunk.nulls <= chunk.values);
  column.nulls_known = column.nulls_known && nulls_known &&
                       !__builtin_add_overflow(column.values, chunk.values, &column.values);
  if (!column.required && column.nulls_known) column.nulls += chunk.nulls;
  // A row group of NULLs alone has no bounds, and needs none.
  if (nulls_known && !column.required && chunk.nulls == chunk.values) return;
  const Range before = column.fresh;
  Widen(column.fresh, column.kind, chunk.min, chunk.max, false);
  Widen(column.old, column.kind, chunk.old_min, chunk.old_max, true);
  AddDistinct(column, chunk, before);
}

void RowGroupStatistics::Widen(Range& range, const BoundKind& kind, std::optional<std::string_view> min,
                               std::optional<std::string_view> max, bool any_order) {
  const bool good = min && max && IsBound(kind, *min) && IsBound(kind, *max) &&
                    !BoundLess(kind, *max, *min) &&
                    (!any_order || (AnyOrder(kind, *min) && AnyOrder(kind, *max)));
  range.known = range.known && good;
  if (!range.known) return;
  if (!range.min || BoundLess(kind, *min, *range.min)) range.min = min;
  if (!range.max || BoundLess(kind, *range.max, *max)) range.max = max;
}

// Row groups whose ranges lie apart share one value at most; others are taken to have the same ones.
void RowGroupStatistics::AddDistinct(LeafColumn& column, const Chunk& chunk, const Range& before) {
  column.distinct_known = column.distinct_known && chunk.distinct >= 0 && chunk.distinct <= chunk.values;
  if (!column.distinct_known) return;
  const bool apart =
      column.fresh.known && before.min && before.max &&
      (!BoundLess(column.kind, *chunk.min, *before.max) || !BoundLess(column.kind, *before.min, *chunk.max));
  constexpr int64_t kMost = INT64_MAX / 4;
  const int64_t so_far = column.distinct.value_or(0), more = std::min(chunk.distinct, kMost);
  column.distinct = apart ? std::min(so_far + more, kMost) : std::max(so_far, more);
}

// A ColumnOrder that is TYPE_ORDER has field 1 set.
void RowGroupStatistics::ReadOrders(ThriftReader& reader) {
  const uint32_t size = reader.StructListHeader();
  for (uint32_t i = 0; i < size && !reader.damaged(); ++i) {
    bool type_order = false;
    ForEachField(reader, [&](const ThriftReader::Field& field) {
      type_order = field.id == 1;
      return false;
    });
    const int64_t column = i < column_of_leaf_.size() ? column_of_leaf_[i] : -1;
    if (column >= 0) columns_[static_cast<size_t>(column)].ordered = type_order;
  }
}

ParquetColumnStatistics RowGroupStatistics::Sum(const LeafColumn& column) {
  ParquetColumnStatistics sum{column.position, column.type, {}};
  sum.values.column = column.name;
  if (column.nulls_known) sum.values.nulls = column.nulls;
  const auto holds = [&](const Range& range) {
    return range.known && range.min && range.max &&
           (column.ordered || (AnyOrder(column.kind, *range.min) && AnyOrder(column.kind, *range.max)));
  };
  const Range* range = holds(column.fresh) ? &column.fresh : holds(column.old) ? &column.old : nullptr;
  std::optional<int64_t> most;
  if (range) {
    sum.values.min = ShowBound(column.kind, *range->min, false);
    sum.values.max = ShowBound(column.kind, *range->max, true);
    most = CountBetween(column.kind, *range->min, *range->max);
  }
  if (column.distinct_known && column.distinct) sum.values.distinct = column.distinct;
  if (sum.values.distinct && most) sum.values.distinct = std::min(*sum.values.distinct, *most);
  return sum;
}

std::vector<ParquetColumnStatistics> RowGroupStatistics::Take() {
  std::vector<ParquetColumnStatistics> all;
  if (!complete_) return all;
  for (const LeafColumn& column : columns_) all.push_back(Sum(column));
  return all;
}

}  // namespace tarn::inference
