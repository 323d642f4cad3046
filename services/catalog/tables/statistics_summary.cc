#include "services/catalog/tables/statistics_summary.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "common/json/json.h"
#include "services/catalog/evolution/schema_merge.h"
#include "services/catalog/pruning/value_order.h"
#include "services/catalog/tables/file_statistics.h"
#include "services/catalog/tables/schema_merge.h"

namespace tarn::catalog {
namespace {

using nlohmann::json;
using pruning::CastValue;
using pruning::KindOf;
using pruning::ParseValue;
using pruning::Value;

// Whether `a` is less than `b`, both as text of the type; nothing if that is not known.
std::optional<bool> Less(const std::string& a, const std::string& b, const std::string& type) {
  const auto x = ParseValue(a, KindOf(type)), y = ParseValue(b, KindOf(type));
  if (!x || !y || x->index() != y->index()) return std::nullopt;
  return *x < *y;
}

bool Knows(const Column& column, const std::string& name) {
  const auto same = [&](const std::string& one) { return FoldCase(one) == FoldCase(name); };
  if (column.file_names.empty()) return same(column.name);
  return std::any_of(column.file_names.begin(), column.file_names.end(), same);
}

}  // namespace

// The sums of one column of the table, in its own type.
struct StatisticsSummary::Merged {
  int64_t rows = 0, values = 0, nulls = 0;
  bool nulls_known = true, bounds_known = true, distinct_known = true;
  std::optional<std::pair<Value, std::string>> min, max;
  int64_t distinct_sum = 0, distinct_most = 0;

  void Take(const Sum& sum, const std::string& type, const std::string& table_type) {
    rows += sum.rows;
    values += sum.values;
    nulls += sum.nulls;
    nulls_known &= sum.nulls_known;
    distinct_known &= sum.distinct_known;
    distinct_sum += sum.distinct_sum;
    distinct_most = std::max(distinct_most, sum.distinct_most);
    if (sum.values > 0 || !sum.bounds_known) TakeBounds(sum, type, table_type);
  }

  void TakeBounds(const Sum& sum, const std::string& type, const std::string& table_type) {
    const auto kind = KindOf(type);
    auto low = ParseValue(sum.min, kind), high = ParseValue(sum.max, kind);
    bounds_known &= sum.bounds_known && low && high && pruning::KeepsOrder(type, table_type);
    if (!bounds_known) return;
    *low = CastValue(std::move(*low), kind, KindOf(table_type));
    *high = CastValue(std::move(*high), kind, KindOf(table_type));
    if (!min || *low < min->first) min.emplace(std::move(*low), sum.min);
    if (!max || max->first < *high) max.emplace(std::move(*high), sum.max);
  }

  // Values that are nearly all different within each file are likely so between files as well.
  int64_t Distinct() const {
    const bool like_a_key = values > 0 && distinct_sum >= values / 2;
    return std::min(like_a_key ? distinct_sum : distinct_most, values);
  }
};

void StatisticsSummary::AddKnown(const StoredStatistics& statistics, const std::string& type, int64_t rows, Sum& sum) {
  sum.nulls_known &= statistics.nulls.has_value();
  sum.nulls += statistics.nulls.value_or(0);
  const int64_t values = rows - statistics.nulls.value_or(0);
  sum.distinct_known &= statistics.distinct.has_value() || values == 0;
  sum.distinct_sum += statistics.distinct.value_or(0);
  sum.distinct_most = std::max(sum.distinct_most, statistics.distinct.value_or(0));
  if (values <= 0) return;
  sum.bounds_known &= statistics.min.has_value() && statistics.max.has_value();
  if (sum.bounds_known) {
    const std::string min(*statistics.min), max(*statistics.max);
    const auto lower = sum.values > 0 ? Less(min, sum.min, type) : true;
    const auto higher = sum.values > 0 ? Less(sum.max, max, type) : true;
    sum.bounds_known &= lower.has_value() && higher.has_value();
    if (lower.value_or(false)) sum.min = min;
    if (higher.value_or(false)) sum.max = max;
  }
  sum.values += values;
}

Status StatisticsSummary::Add(const FileLayout& layout, int64_t rows, std::string_view stored) {
  std::vector<bool> seen(layout.columns.size());
  const auto sum_of = [&](const Column& column) -> Sum& { return sums_[{column.name, column.type}]; };
  TARN_TRY(ReadStatistics(stored, [&](const StoredStatistics& statistics) {
    if (statistics.column >= seen.size()) return;
    const Column& column = layout.columns[statistics.column];
    seen[statistics.column] = true;
    sum_of(column).rows += rows;
    AddKnown(statistics, column.type, rows, sum_of(column));
  }));
  for (size_t i = 0; i < seen.size(); ++i) {
    if (seen[i] || rows == 0) continue;
    Sum& sum = sum_of(layout.columns[i]);
    sum.rows += rows;
    sum.nulls_known = sum.bounds_known = sum.distinct_known = false;
  }
  return Ok();
}

StatisticsSummary::Merged StatisticsSummary::Merge(const Column& column) const {
  Merged merged;
  for (const auto& [name_and_type, sum] : sums_) {
    const auto& [name, type] = name_and_type;
    // Where the column is in conflict with the table's, it is NULL in the file's rows, as if it were not there.
    if (Knows(column, name) && Fits(column, type)) merged.Take(sum, type, column.type);
  }
  return merged;
}

std::vector<ColumnSummary> StatisticsSummary::Columns(const std::vector<Column>& schema, int64_t rows) const {
  std::vector<ColumnSummary> columns;
  for (const Column& column : schema) {
    if (column.partition_key) continue;
    const Merged merged = Merge(column);
    ColumnSummary& summary = columns.emplace_back();
    summary.column = column;
    if (merged.nulls_known) summary.nulls = merged.nulls + (rows - merged.rows);
    if (merged.distinct_known) summary.distinct = merged.Distinct();
    if (merged.bounds_known && merged.min) summary.min = merged.min->second;
    if (merged.bounds_known && merged.max) summary.max = merged.max->second;
  }
  return columns;
}

std::string StatisticsSummary::Store() const {
  json array = json::array();
  for (const auto& [name_and_type, sum] : sums_) {
    array.push_back({name_and_type.first, name_and_type.second, sum.rows, sum.values, sum.nulls, sum.nulls_known,
                     sum.bounds_known, sum.distinct_known, sum.min, sum.max, sum.distinct_sum, sum.distinct_most});
  }
  return tarn::json::Dump(array);
}

Result<StatisticsSummary> StatisticsSummary::Load(std::string_view text) {
  const auto array = json::parse(text, nullptr, false);
  StatisticsSummary summary;
  try {
    for (const json& one : array) {
      const auto integer = [&](size_t i) { return one.at(i).get<int64_t>(); };
      const auto flag = [&](size_t i) { return one.at(i).get<bool>(); };
      const auto text = [&](size_t i) { return one.at(i).get<std::string>(); };
      summary.sums_[std::pair(text(0), text(1))] = {integer(2), integer(3), integer(4), flag(5),     flag(6),
                                                    flag(7),    text(8),    text(9),    integer(10), integer(11)};
    }
  } catch (const json::exception&) {
    return Error(Code::kInternal, "the catalog's record of a table's statistics is damaged");
  }
  return summary;
}

}  // namespace tarn::catalog
