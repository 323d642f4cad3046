#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/result/result.h"
#include "common/sql_gate/allowed_functions.h"
#include "common/table_filter/filter.h"

namespace tarn::sql_gate {

/// A table as a statement names it.
struct TableReference {
  std::string database;  ///< empty: the statement's default database
  std::string table;
  size_t position = 0;   ///< byte offset in the SQL
  /// Rows of the table for which one of these is not true make no difference to the statement, wherever it reads the
  /// table. Filters on columns that the table does not have say nothing.
  std::vector<table_filter::Filter> filters{};
  size_t uses = 1;  ///< how often the statement names it
};

/// `SHOW DATABASES` and `SHOW TABLES [FROM database]`, which the catalog answers.
struct ShowCommand {
  enum class What { kDatabases, kTables } what;
  std::string database;  ///< empty: the default database
};

/// What a statement that passed asks for.
struct CheckedStatement {
  std::vector<TableReference> tables;  ///< each once, in the order they stand
  std::optional<ShowCommand> show;     ///< set: the whole statement is this
  bool describes = false;              ///< it is a DESCRIBE or SUMMARIZE, not a SELECT
  bool has_parameters = false;         ///< it has ? or $1
};

/// Walks the syntax tree of one statement (a member of `statements` of json_serialize_sql) and refuses what it does
/// not know: kinds of nodes, table references, expressions and functions that are not on a list. Names of common
/// table expressions are told from tables by their scope.
/// Errors: kUnprocessable with where() = "line L, column C".
Result<CheckedStatement> WalkSyntax(const nlohmann::json& statement, std::string_view sql,
                                    const AllowedFunctions& functions);

}  // namespace tarn::sql_gate
