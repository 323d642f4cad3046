#include "services/catalog/inference/text_statistics.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string_view>

#include "services/catalog/inference/text/value_text.h"

namespace tarn::catalog {
namespace {

constexpr std::array<std::string_view, 17> kOrdered = {
    "BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT",  "USMALLINT", "UINTEGER",
    "UBIGINT", "FLOAT",   "DOUBLE",   "DATE",    "TIME",   "UUID",    "TIMESTAMP", "VARCHAR"};
constexpr std::string_view kZoned = "TIMESTAMP WITH TIME ZONE";
constexpr size_t kValuesPerColumn = 4;

bool HasOrder(std::string_view type) {
  return type == kZoned || type.starts_with("DECIMAL(") ||
         std::find(kOrdered.begin(), kOrdered.end(), type) != kOrdered.end();
}

std::string AsText(const std::string& value, std::string_view type) {
  if (type != kZoned) return "CAST(" + value + " AS VARCHAR)";
  return "CAST(timezone('UTC', " + value + ") AS VARCHAR) || '+00'";
}

std::optional<std::string> Text(const nlohmann::json& value) {
  return value.is_string() ? std::optional(value.get<std::string>()) : std::nullopt;
}

}  // namespace

std::string StatisticsSql(const std::vector<ReadColumn>& columns) {
  std::string list;
  if (columns.size() > kMaxTextStatistics) return list;
  for (const ReadColumn& column : columns) {
    if (!HasOrder(column.type)) continue;
    const std::string& value = column.expression;
    list += ", count(" + value + "), " + AsText("min(" + value + ")", column.type) + ", " +
            AsText("max(" + value + ")", column.type) + ", approx_count_distinct(" + value + ")";
  }
  return list;
}

std::vector<ColumnStatistics> TextStatistics(const std::vector<ReadColumn>& columns,
                                             const std::vector<nlohmann::json>& row, size_t at,
                                             int64_t rows) {
  std::vector<ColumnStatistics> statistics;
  if (columns.size() > kMaxTextStatistics) return statistics;
  for (const ReadColumn& column : columns) {
    ColumnStatistics known;
    known.column = column.name;
    if (column.type == kUnknownType) known.nulls = rows;
    if (!HasOrder(column.type)) {
      if (known.nulls) statistics.push_back(std::move(known));
      continue;
    }
    if (at + kValuesPerColumn > row.size()) break;
    const auto values = row[at].get<int64_t>();
    known.nulls = rows - values;
    const auto min = Text(row[at + 1]), max = Text(row[at + 2]);
    if (min) known.min = inference::LowerTextBound(*min);
    if (max) known.max = inference::UpperTextBound(*max);
    known.distinct = std::min(row[at + 3].get<int64_t>(), values);
    at += kValuesPerColumn;
    statistics.push_back(std::move(known));
  }
  return statistics;
}

}  // namespace tarn::catalog
