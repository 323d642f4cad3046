#include "services/query/writes/read_back.h"

#include <vector>

namespace tarn::query {
namespace {

using duckdb::QuoteIdentifier;
using duckdb::QuoteLiteral;

std::string ColumnTypes(const RowLayout& layout) {
  std::string types;
  for (const auto& column : layout.columns)
    types += (types.empty() ? "{" : ", ") + QuoteLiteral(column.name) + ": " + QuoteLiteral(column.type);
  return types + "}";
}

std::string ReaderOf(const RowLayout& layout, const std::filesystem::path& file) {
  const std::string begin =
      QuoteLiteral(file.string()) + ", columns = " + ColumnTypes(layout) + ", hive_partitioning = false, ";
  if (layout.format == RowFormat::kJson) return "read_json(" + begin + "format = 'newline_delimited')";
  return "read_csv(" + begin + "auto_detect = false, header = " + (layout.header ? "true" : "false") +
         ", delim = " + QuoteLiteral(layout.delimiter) + ", quote = " + QuoteLiteral(layout.quote) +
         ", escape = " + QuoteLiteral(layout.escape) + ")";
}

// The count of rows and a sum for each column that does not depend on their order.
std::string SumsOf(const RowLayout& layout, const std::string& source) {
  std::string sums = "SELECT count(*)::VARCHAR";
  for (const auto& column : layout.columns) {
    std::string value = QuoteIdentifier(column.name);
    // The same document may be written in several ways.
    if (column.type.find("JSON") != std::string::npos) value = "1";
    if (layout.format == RowFormat::kCsv && column.type == "VARCHAR") value = "nullif(" + value + ", '')";
    sums += ", sum(hash(" + value + ")::HUGEINT)::VARCHAR";
  }
  return sums + " FROM " + source;
}

Result<std::vector<std::string>> Sums(duckdb::Connection& connection, const std::string& sql, size_t count,
                                      std::stop_token cancelled) {
  TARN_ASSIGN(const auto rows, connection.Execute(sql, {}, cancelled));
  TARN_ASSIGN(const auto chunk, rows->Next());
  std::vector<std::string> sums;
  for (size_t i = 0; chunk && i < count; ++i) sums.push_back(chunk->Text(0, i));
  return sums;
}

Error NotTheSame(const RowLayout& layout, const std::string& what) {
  return Error(Code::kUnprocessable, what + " is another one when the " +
                                         (layout.format == RowFormat::kJson ? "JSON" : "TEXTFILE") +
                                         " is read again; write PARQUET, or change it in the query");
}

// What the engine reads and others do not: numbers that JSON does not have, and bytes by which text is taken
// for UTF-16. Empty: the type has none.
std::string OddValue(const RowLayout& layout, const StoredColumn& column) {
  const std::string value = QuoteIdentifier(column.name);
  if (layout.format == RowFormat::kCsv)
    return column.type == "VARCHAR" ? "contains(" + value + ", chr(0))" : "";
  const bool floats =
      column.type.find("FLOAT") != std::string::npos || column.type.find("DOUBLE") != std::string::npos;
  const std::string without_texts =
      "regexp_replace(to_json(" + value + R"sql()::VARCHAR, '"(\\.|[^"\\])*"', '', 'g'))sql";
  return floats ? "regexp_matches(" + without_texts + ", '(?i)nan|inf')" : "";
}

}  // namespace

Status CheckReadBack(duckdb::Connection& connection, const RowLayout& layout, const std::string& rows,
                     const std::filesystem::path& file, std::stop_token cancelled) {
  for (const auto& column : layout.columns) {
    const std::string odd = OddValue(layout, column);
    if (odd.empty()) continue;
    TARN_ASSIGN(const auto found,
                Sums(connection, "SELECT count(*)::VARCHAR FROM (" + rows + ") WHERE " + odd, 1, cancelled));
    if (found.empty() || found[0] != "0") return NotTheSame(layout, "a value of the column " + column.name);
  }
  const size_t count = layout.columns.size() + 1;
  TARN_ASSIGN(const auto written, Sums(connection, SumsOf(layout, "(" + rows + ")"), count, cancelled));
  const auto read = Sums(connection, SumsOf(layout, ReaderOf(layout, file)), count, cancelled);
  if (!read.ok() && read.error().code() != Code::kUnprocessable) return read.error();
  if (!read.ok() || read->size() != written.size() || (*read)[0] != written[0])
    return NotTheSame(layout, "a value");
  for (size_t i = 1; i < written.size(); ++i) {
    if ((*read)[i] != written[i])
      return NotTheSame(layout, "a value of the column " + layout.columns[i - 1].name);
  }
  return Ok();
}

}  // namespace tarn::query
