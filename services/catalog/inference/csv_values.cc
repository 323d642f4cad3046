#include "services/catalog/inference/csv_values.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "services/catalog/inference/csv_reader_sql.h"
#include "services/catalog/inference/query.h"
#include "services/catalog/inference/text_statistics.h"
#include "services/catalog/tables/schema_merge.h"

namespace tarn::catalog {
namespace {

// What a query makes of the text; NULL where it would fail.
std::string ValueSql(const std::string& text, const std::string& type, const std::string& format) {
  if (type == "VARCHAR" || type == kUnknownType) return text;
  if (format.empty()) return "TRY_CAST(" + text + " AS " + type + ")";
  return "TRY_CAST(try_strptime(trim(" + text + "), " + duckdb::QuoteLiteral(format) + ") AS " + type + ")";
}

bool IsGiven(const std::vector<Column>& given, const std::string& name) {
  return std::any_of(given.begin(), given.end(),
                     [&](const Column& column) { return FoldCase(column.name) == FoldCase(name); });
}

std::vector<ReadColumn> Columns(const FileLayout& layout) {
  std::vector<ReadColumn> columns;
  for (size_t i = 0; i < layout.columns.size(); ++i) {
    const std::string& type = layout.columns[i].type;
    const std::string format = i < layout.csv->formats.size() ? layout.csv->formats[i] : "";
    columns.push_back({layout.columns[i].name, type, ValueSql("c" + std::to_string(i), type, format)});
    // What such a format gives depends on the session's time zone, a cast does not.
    if (!format.empty() && type == "TIMESTAMP WITH TIME ZONE") columns.back().type.clear();
  }
  return columns;
}

// Text where the engine does not read the values as the inference did.
Status GiveUpTypes(const std::vector<Column>& given, const std::vector<int64_t>& texts,
                   const std::vector<int64_t>& values, Inspection& inspection) {
  auto& columns = inspection.layout.columns;
  for (size_t i = 0; i < columns.size(); ++i) {
    if (texts[i] == values[i]) continue;
    if (IsGiven(given, columns[i].name)) {
      return Error(Code::kUnprocessable, "values are not of the type that the classifier gives the column: " +
                                             std::to_string(texts[i] - values[i]) + " of " + columns[i].name +
                                             " are no " + columns[i].type);
    }
    columns[i].type = "VARCHAR";
    if (i < inspection.layout.csv->formats.size()) inspection.layout.csv->formats[i].clear();
    for (ColumnStatistics& known : inspection.statistics) {
      if (known.column != columns[i].name) continue;
      known = {known.column, inspection.rows - texts[i], {}, {}, {}};
    }
  }
  return Ok();
}

}  // namespace

Status ReadCsvValues(duckdb::Connection& connection, const std::filesystem::path& file,
                     const std::vector<Column>& given, Inspection& inspection, std::stop_token cancelled) {
  const std::vector<ReadColumn> columns = Columns(inspection.layout);
  std::vector<std::string> names;
  std::string list, counts;
  for (size_t i = 0; i < columns.size(); ++i) {
    names.push_back("c" + std::to_string(i));
    list += (i == 0 ? "" : ", ") + names[i];
    if (columns.size() <= kMaxTextStatistics)
      counts += ", count(" + names[i] + "), count(" + columns[i].expression + ")";
  }
  TARN_ASSIGN(const auto rows,
              QueryRows(connection,
                        "SELECT count(*), sum(len([" + list + "]))" + counts + StatisticsSql(columns) +
                            " FROM " + ReadCsvSql(file, *inspection.layout.csv, names),
                        cancelled));
  const auto& row = rows.at(0);
  inspection.rows = row.at(0).get<int64_t>();
  if (counts.empty()) return Ok();
  std::vector<int64_t> texts, values;
  size_t at = 2;
  for (size_t i = 0; i < columns.size(); ++i, at += 2) {
    texts.push_back(row.at(at).get<int64_t>());
    values.push_back(row.at(at + 1).get<int64_t>());
  }
  inspection.statistics = TextStatistics(columns, row, at, inspection.rows);
  return GiveUpTypes(given, texts, values, inspection);
}

}  // namespace tarn::catalog
