#include "services/catalog/inference/csv_reader_sql.h"

#include "common/duckdb/engine.h"

namespace tarn::catalog {

std::string ReadCsvSql(const std::filesystem::path& file, const CsvDialect& dialect,
                       const std::vector<std::string>& names) {
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
