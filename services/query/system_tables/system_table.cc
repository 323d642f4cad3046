#include "services/query/system_tables/system_table.h"

#include <nlohmann/json.hpp>

#include "common/json/json.h"
#include "common/text/lower_case.h"

namespace tarn::query {

Status RowSink::Add(const nlohmann::json& item) {
  auto row = nlohmann::json::object();
  for (const auto& column : columns_) {
    const nlohmann::json::json_pointer pointer(*column.pointer ? column.pointer
                                                               : std::string("/") + column.name);
    if (item.contains(pointer) && !item[pointer].is_null()) row[column.name] = item[pointer];
  }
  rows_ += (rows_.empty() ? "" : ",\n") + json::Dump(row);
  if (++count_ <= kMaxRows && rows_.size() <= kMaxBytes) return Ok();
  return Error(Code::kResourceExhausted, table_ + " has more than " + std::to_string(kMaxRows) +
                                             " rows; ask for fewer: compare with " + narrow_by_ +
                                             " in WHERE");
}

std::string RowSink::TakeRows() { return '[' + std::move(rows_) + ']'; }

std::optional<std::string> WantedText(const SystemRead& read, std::string_view column) {
  for (const auto& filter : read.filters) {
    const bool is_text = filter.op == table_filter::Operator::kEqual && filter.values.size() == 1 &&
                         filter.values[0].kind == table_filter::Literal::Kind::kText;
    if (is_text && text::LowerCase(filter.column) == column) return filter.values[0].text;
  }
  return std::nullopt;
}

}  // namespace tarn::query
