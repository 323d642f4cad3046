#include "services/catalog/inference/csv_reader_sql.h"

#include "common/duckdb/engine.h"

namespace tarn::catalog {
namespace {

// Lines that a regular expression takes apart; blank ones are none.
std::string ReadLinesSql(const std::filesystem::path& file, const CsvDialect& dialect,
                         const std::vector<std::string>& names) {
  const std::string pattern = duckdb::QuoteLiteral(dialect.pattern);
  const std::string matches = "regexp_matches(line, " + pattern + ")";
  const std::string line =
      dialect.skip_unmatched
          ? "line"
          : "CASE WHEN " + matches + " THEN line ELSE error('a line does not match the pattern') END";
  CsvDialect lines = dialect;
  lines.pattern.clear();
  std::string read = ReadCsvSql(file, lines, {"line"});
  // Lines may end in two ways: a program's restart, or another program.
  read.insert(read.size() - 1, ", strict_mode = false");
  return "(SELECT unnest(regexp_extract(" + line + ", " + pattern + ", " + duckdb::QuoteLiteralList(names) +
         ")) FROM " + read + " WHERE trim(line) <> ''" +
         (dialect.skip_unmatched ? " AND " + matches : "") + ")";
}

}  // namespace

std::string ReadCsvSql(const std::filesystem::path& file, const CsvDialect& dialect,
                       const std::vector<std::string>& names) {
  if (!dialect.pattern.empty()) return ReadLinesSql(file, dialect, names);
  std::string columns;
  for (const std::string& name : names)
    columns += (columns.empty() ? "" : ", ") + duckdb::QuoteLiteral(name) + ": 'VARCHAR'";
  return "read_csv(" + duckdb::QuoteLiteral(file.string()) +
         ", auto_detect = false, delim = " + duckdb::QuoteLiteral(dialect.delimiter) +
         ", quote = " + duckdb::QuoteLiteral(dialect.quote) +
         ", escape = " + duckdb::QuoteLiteral(dialect.escape) +
         ", header = " + (dialect.has_header ? "true" : "false") +
         ", skip = " + std::to_string(dialect.skip_lines) +
         (dialect.comment.empty() ? "" : ", comment = " + duckdb::QuoteLiteral(dialect.comment)) +
         (dialect.encoding == "utf-8" ? "" : ", encoding = " + duckdb::QuoteLiteral(dialect.encoding)) +
         (dialect.short_rows ? ", null_padding = true" : "") + ", columns = {" + columns +
         "}, hive_partitioning = false)";
}

}  // namespace tarn::catalog
