#include "services/query/engine/row_table.h"

namespace tarn::query {

using duckdb::QuoteIdentifier;
using duckdb::QuoteLiteral;

Status CreateRowTable(const RowTable& table, duckdb::Connection& connection, std::stop_token cancelled) {
  std::string structure, columns;
  for (const auto& column : table.columns) {
    // Numbers and truth as JSON has them; the rest is text there.
    const bool as_it_is = column.type == "BIGINT" || column.type == "DOUBLE" || column.type == "BOOLEAN" ||
                          column.type == "JSON";
    const std::string name = QuoteIdentifier(column.name);
    structure += (structure.empty() ? "[{" : ", ") + QuoteIdentifier(column.name) + ": \"" +
                 (as_it_is ? column.type : "VARCHAR") + '"';
    columns += (columns.empty() ? "" : ", ") + ("CAST(row." + name + " AS " + column.type + ") AS " + name);
  }
  const std::string schema = QuoteIdentifier(table.database.empty() ? "main" : table.database);
  TARN_TRY(connection.Run("CREATE SCHEMA IF NOT EXISTS " + schema, cancelled));
  const std::string sql = "CREATE TABLE " + schema + '.' + QuoteIdentifier(table.name) + " AS SELECT " +
                          columns + " FROM (SELECT unnest(from_json($1, " + QuoteLiteral(structure + "}]") +
                          ")) AS row)";
  TARN_ASSIGN(const auto stream, connection.ExecuteWith(sql, {table.rows}, cancelled));
  while (true) {
    TARN_ASSIGN(const auto chunk, stream->Next());
    if (!chunk) return Ok();
  }
}

}  // namespace tarn::query
