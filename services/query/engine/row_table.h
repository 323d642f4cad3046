#pragma once

#include <string>
#include <vector>

#include "common/duckdb/engine.h"
#include "common/result/result.h"

namespace tarn::query {

/// A table whose rows come with the statement, not out of files.
struct RowTable {
  std::string database;          ///< in the engine; empty: the name stands alone
  std::string written_database;  ///< as the statement writes it
  std::string name;
  std::vector<duckdb::Column> columns;  ///< of scalar types, and JSON
  /// A JSON array of objects with these members; timestamps as RFC 3339, what is nested as JSON. An absent
  /// member is NULL.
  std::string rows = "[]";
};

/// Makes the table in the connection's database. Errors: as Connection::ExecuteWith.
Status CreateRowTable(const RowTable& table, duckdb::Connection& connection, std::stop_token cancelled);

}  // namespace tarn::query
