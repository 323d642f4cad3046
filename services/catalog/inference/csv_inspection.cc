#include "services/catalog/inference/csv_inspection.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <unordered_map>
#include <unordered_set>

#include "services/catalog/inference/csv_dialect.h"
#include "services/catalog/inference/csv_types.h"
#include "services/catalog/inference/query.h"
#include "services/catalog/tables/schema_merge.h"

namespace tarn::catalog {
namespace {

// What reading all rows below the first one showed.
struct Scan {
  int64_t rows = 0;
  std::vector<int64_t> classes;  // of each column's values, see csv_types.h
};

// The fields of the first row, header or not, with their classes.
struct FirstRow {
  std::vector<std::string> fields;  // empty if the file has no row
  std::vector<int64_t> classes;
};

std::vector<std::string> PositionalNames(size_t count) {
  std::vector<std::string> names;
  for (size_t i = 0; i < count; ++i) names.push_back("c" + std::to_string(i));
  return names;
}

// Turns each row of `source` into one row (i, v) per field. So the query stays small however many columns
// there are: an expression per column would take minutes to plan for some thousand of them.
std::string FieldsOf(const std::string& source, const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + name;
  return "(SELECT unnest(range(" + std::to_string(names.size()) + ")) AS i, unnest([" + list +
         "]) AS v FROM " + source + ")";
}

Result<Scan> ScanRows(duckdb::Connection& connection, const std::string& source,
                      const std::vector<std::string>& names, std::stop_token cancelled) {
  const std::string sql = "SELECT i, count(*), bit_or(" + ValueClassSql("v") + ") FROM " +
                          FieldsOf(source, names) + " GROUP BY i";
  TARN_ASSIGN(const auto columns, QueryRows(connection, sql, cancelled));
  Scan scan{0, std::vector<int64_t>(names.size())};
  for (const auto& column : columns) {
    scan.rows = column[1].get<int64_t>();
    scan.classes.at(column[0].get<size_t>()) = column[2].get<int64_t>();
  }
  return scan;
}

std::string Trim(const std::string& text) {
  const size_t from = text.find_first_not_of(" \t");
  return from == std::string::npos ? "" : text.substr(from, text.find_last_not_of(" \t") - from + 1);
}

// The first row is a header if it is text where the rows below are not. Where all is text, a first row that
// could name columns (every field filled, no two alike, none a value of another type) is taken for a header,
// as people write one.
bool IsHeader(const FirstRow& first, const Scan& rest) {
  bool all_text = true;
  for (size_t i = 0; i < first.fields.size(); ++i) {
    const bool text = TypeOfClasses(first.classes[i]) == "VARCHAR";
    const std::string below = TypeOfClasses(rest.classes[i]);
    if (text && below != "VARCHAR" && below != kUnknownType) return true;
    all_text = all_text && text && (below == "VARCHAR" || below == kUnknownType);
  }
  std::unordered_set<std::string> names;
  for (const std::string& field : first.fields) names.insert(FoldCase(Trim(field)));
  return all_text && names.size() == first.fields.size();
}

// Every column gets a name of its own, compared without case: c, c_1; column0 where there is none.
std::vector<std::string> ColumnNames(const std::vector<std::string>& header, size_t count) {
  std::vector<std::string> names;
  std::unordered_map<std::string, int> used;  // with the suffix that was given last
  for (size_t i = 0; i < count; ++i) {
    std::string wanted = i < header.size() ? Trim(header[i]) : "";
    if (wanted.empty()) wanted = "column" + std::to_string(i);
    std::string name = wanted;
    while (!used.try_emplace(FoldCase(name), 0).second)
      name = wanted + "_" + std::to_string(++used[FoldCase(wanted)]);
    names.push_back(name);
  }
  return names;
}

Result<FirstRow> ReadFirstRow(duckdb::Connection& connection, const std::string& source,
                              const std::vector<std::string>& names, std::stop_token cancelled) {
  const std::string one_row = "(SELECT * FROM " + source + " LIMIT 1)";
  TARN_ASSIGN(const auto fields, QueryRows(connection,
                                           "SELECT v, " + ValueClassSql("v") + " FROM " +
                                               FieldsOf(one_row, names) + " ORDER BY i",
                                           cancelled));
  FirstRow first;
  for (const auto& field : fields) {
    first.fields.push_back(field[0].is_string() ? field[0].get<std::string>() : "");
    first.classes.push_back(field[1].get<int64_t>());
  }
  return first;
}

Result<Inspection> ReadStrictly(duckdb::Connection& connection, const std::filesystem::path& file,
                                const DialectCandidate& candidate, std::stop_token cancelled) {
  if (candidate.columns > kMaxColumns) return TooManyColumns(candidate.columns);
  const std::vector<std::string> positions = PositionalNames(candidate.columns);
  CsvDialect dialect = candidate.dialect;
  dialect.has_header = false;
  TARN_ASSIGN(const FirstRow first,
              ReadFirstRow(connection, ReadCsvSql(file, dialect, positions), positions, cancelled));
  if (first.fields.empty()) return Error(Code::kUnprocessable, "the file has no rows");
  dialect.has_header = true;
  TARN_ASSIGN(Scan scan, ScanRows(connection, ReadCsvSql(file, dialect, positions), positions, cancelled));

  dialect.has_header = IsHeader(first, scan);
  if (!dialect.has_header) {
    scan.rows += 1;
    for (size_t i = 0; i < scan.classes.size(); ++i) scan.classes[i] |= first.classes[i];
  }
  const auto names =
      ColumnNames(dialect.has_header ? first.fields : std::vector<std::string>(), candidate.columns);
  Inspection inspection{{FileFormat::kCsv, {}, {}, dialect}, scan.rows};
  for (size_t i = 0; i < names.size(); ++i)
    inspection.layout.columns.push_back({names[i], TypeOfClasses(scan.classes[i])});
  return inspection;
}

}  // namespace

Result<Inspection> InspectCsv(duckdb::Connection& connection, const std::filesystem::path& file,
                              std::stop_token cancelled) {
  TARN_ASSIGN(const DialectCandidate likeliest, GuessDialect(connection, file, cancelled));
  auto inspection = ReadStrictly(connection, file, likeliest, cancelled);
  if (inspection.ok() || inspection.error().code() != Code::kUnprocessable) return inspection;

  TARN_ASSIGN(const auto other, GuessOtherQuoting(connection, file, cancelled));
  if (!other) return inspection;
  auto second = ReadStrictly(connection, file, *other, cancelled);
  const bool settled = second.ok() || second.error().code() != Code::kUnprocessable;
  return settled ? second : inspection;
}

}  // namespace tarn::catalog
