#include "services/catalog/tables/file_filter.h"

#include <algorithm>

#include "services/catalog/tables/column_mapping.h"
#include "services/catalog/tables/file_statistics.h"
#include "services/catalog/tables/schema_merge.h"

namespace tarn::catalog {
namespace {

using pruning::Condition;
using pruning::Value;
using pruning::ValueKind;
using pruning::ValueRange;

// A file without the column has only NULLs in it.
bool MatchesMissing(const Condition& condition) {
  ValueRange nothing;
  nothing.has_values = false;
  return CanMatch(condition, nothing);
}

std::optional<Value> Bound(const std::optional<std::string_view>& text, const FileFilter::LayoutPlan::Check& check) {
  if (!text || !check.comparable) return std::nullopt;
  auto value = ParseValue(*text, check.file_kind);
  if (!value) return std::nullopt;
  return CastValue(std::move(*value), check.file_kind, check.condition->kind());
}

ValueRange RangeOf(const StoredStatistics& statistics, const FileFilter::LayoutPlan::Check& check, int64_t rows) {
  ValueRange range;
  range.min = Bound(statistics.min, check);
  range.max = Bound(statistics.max, check);
  range.has_nulls = statistics.nulls != 0;
  range.has_values = statistics.nulls != rows;
  return range;
}

}  // namespace

FileFilter::FileFilter(const std::vector<table_filter::Filter>& filters, const std::vector<Column>& schema)
    : schema_(schema) {
  for (const auto& filter : filters) {
    const std::string name = FoldCase(filter.column);
    const auto column =
        std::find_if(schema.begin(), schema.end(), [&](const Column& one) { return FoldCase(one.name) == name; });
    if (column == schema.end()) continue;
    auto condition = Condition::Make(filter, column->type);
    if (!condition) continue;
    if (column->partition_key) {
      keys_.push_back({column->name, std::move(*condition)});
    } else {
      columns_.push_back({static_cast<size_t>(column - schema.begin()), std::move(*condition)});
    }
  }
}

bool FileFilter::CanMatchPartition(const std::vector<PartitionValue>& values) const {
  return std::all_of(keys_.begin(), keys_.end(), [&](const KeyCondition& key) {
    const auto found =
        std::find_if(values.begin(), values.end(), [&](const PartitionValue& value) { return value.key == key.key; });
    const std::string_view text = found == values.end() ? std::string_view(kNullPartition) : found->value;
    return CanMatch(key.condition, RangeOfPartition(text, key.condition.kind()));
  });
}

FileFilter::LayoutPlan FileFilter::MakePlan(const FileLayout& layout) const {
  LayoutPlan plan;
  const auto mapped = MapColumns(schema_, layout);
  for (const ColumnCondition& one : columns_) {
    const auto found = std::find_if(mapped.begin(), mapped.end(),
                                    [&](const MappedColumn& column) { return column.column == one.column; });
    if (found == mapped.end()) {
      plan.can_match &= MatchesMissing(one.condition);
      continue;
    }
    const std::string& file_type = layout.columns[found->file_column].type;
    plan.checks.push_back({found->file_column, pruning::KindOf(file_type),
                           pruning::KeepsOrder(file_type, schema_[one.column].type), &one.condition});
  }
  return plan;
}

const FileFilter::LayoutPlan& FileFilter::PlanOf(const FileLayout& layout) {
  const auto found = plans_.find(&layout);
  if (found != plans_.end()) return found->second;
  return plans_.emplace(&layout, MakePlan(layout)).first->second;
}

Result<bool> FileFilter::CanMatchFile(const LayoutPlan& plan, std::string_view stored, int64_t rows) {
  bool can_match = plan.can_match;
  if (!can_match || plan.checks.empty()) return can_match;
  TARN_TRY(ReadStatistics(stored, [&](const StoredStatistics& statistics) {
    for (const LayoutPlan::Check& check : plan.checks) {
      if (check.file_column != statistics.column) continue;
      can_match &= CanMatch(*check.condition, RangeOf(statistics, check, rows));
    }
  }));
  return can_match;
}

}  // namespace tarn::catalog
