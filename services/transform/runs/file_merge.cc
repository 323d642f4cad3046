#include "services/transform/runs/file_merge.h"

#include <algorithm>
#include <fstream>

#include "services/transform/runs/output_format.h"
#include "services/transform/runs/sql_pieces.h"

namespace tarn::transform {
namespace {

using duckdb::QuoteLiteral;

constexpr const char* kCsvDialect =
    ", auto_detect = false, header = true, delim = ',', quote = '\"', escape = '\"', nullstr = '', "
    "allow_quoted_nulls = false, strict_mode = true, max_line_size = 4194304, hive_partitioning = false, "
    "columns = ";

std::string TextColumns(const std::vector<std::string>& names) {
  std::vector<std::string> columns;
  for (const std::string& name : names) columns.push_back(QuoteLiteral(name) + ": 'VARCHAR'");
  return "{" + Joined(columns) + "}";
}

Result<std::vector<duckdb::Column>> ColumnsOf(duckdb::Connection& connection, const std::string& relation) {
  TARN_ASSIGN(const auto empty, connection.Execute("SELECT * FROM " + relation + " LIMIT 0"));
  return empty->columns();
}

// The first record of a CSV file that an output wrote.
Result<std::vector<std::string>> CsvHeader(duckdb::Connection& connection,
                                           const std::filesystem::path& file) {
  TARN_ASSIGN(
      const auto columns,
      ColumnsOf(connection, "read_csv(" + QuoteLiteral(file.string()) +
                                ", header = true, all_varchar = true, delim = ',', quote = '\"', "
                                "escape = '\"', max_line_size = 4194304, hive_partitioning = false)"));
  return NamesOf(columns);
}

Result<std::string> Source(duckdb::Connection& connection, Format format,
                           const std::vector<std::filesystem::path>& files) {
  std::vector<std::string> names;
  for (const auto& file : files) names.push_back(file.string());
  const std::string list = duckdb::QuoteLiteralList(names);
  if (format == Format::kParquet) return "read_parquet(" + list + ", hive_partitioning = false)";
  TARN_ASSIGN(const auto header, CsvHeader(connection, files.front()));
  return "read_csv(" + list + kCsvDialect + TextColumns(header) + ")";
}

// Each file ends with its last line's end, and packed ones may follow each other (RFC 1952, RFC 8878).
Status Concatenate(const std::vector<std::filesystem::path>& files, const std::filesystem::path& merged,
                   const std::stop_token& cancelled) {
  std::ofstream out(merged, std::ios::binary);
  std::vector<char> buffer(1 << 20);
  for (const auto& file : files) {
    std::ifstream in(file, std::ios::binary);
    while (in && out) {
      if (cancelled.stop_requested()) return Error(Code::kCancelled, "cancelled");
      in.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
      out.write(buffer.data(), in.gcount());
    }
    if (!in.eof()) return Error(Code::kInternal, "a file of a table cannot be read");
  }
  out.close();
  return out ? Ok() : Status(Error(Code::kResourceExhausted, "a compacted file cannot be written"));
}

}  // namespace

Result<std::string> ColumnsOfFile(duckdb::Connection& connection, Format format,
                                  const std::filesystem::path& file) {
  if (format == Format::kNdjson) return std::string();
  std::string columns;
  if (format == Format::kCsv) {
    TARN_ASSIGN(const auto names, CsvHeader(connection, file));
    return QuotedList(names);
  }
  TARN_ASSIGN(const std::string source, Source(connection, format, {file}));
  TARN_ASSIGN(const auto typed, ColumnsOf(connection, source));
  for (const duckdb::Column& column : typed)
    columns += duckdb::QuoteIdentifier(column.name) + " " + column.type + ", ";
  return columns;
}

Status MergeFiles(duckdb::Connection& connection, const Output& output,
                  const std::vector<std::filesystem::path>& files, const std::filesystem::path& merged,
                  std::stop_token cancelled) {
  if (output.format == Format::kNdjson) return Concatenate(files, merged, cancelled);
  TARN_ASSIGN(const std::string source, Source(connection, output.format, files));
  TARN_ASSIGN(const auto columns, ColumnsOf(connection, source));
  // CSV has text where the order may be one of numbers.
  const bool sorts = output.format == Format::kParquet && !output.sort_by.empty() &&
                     std::all_of(output.sort_by.begin(), output.sort_by.end(),
                                 [&](const OrderColumn& order) { return Contains(columns, order.column); });
  return connection.Run("COPY (SELECT * FROM " + source +
                            (sorts ? " ORDER BY " + OrderTerms(output.sort_by) : "") + ") TO " +
                            QuoteLiteral(merged.string()) + " " + CopyOptions(output),
                        std::move(cancelled));
}

}  // namespace tarn::transform
