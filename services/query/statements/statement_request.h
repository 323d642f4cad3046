#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/http/message.h"
#include "common/result/result.h"

namespace tarn::query {

/// The SQL that a statement is written in.
enum class Dialect { kDuckDb, kAthena };
const char* DialectName(Dialect dialect);
std::optional<Dialect> ParseDialect(std::string_view name);

/// What a client asks to run.
struct StatementRequest {
  std::string sql;
  std::string database;                 ///< of names that stand alone; empty: there are none
  std::vector<std::string> parameters;  ///< for $1, $2, ... as text
  std::optional<int64_t> max_rows;      ///< the rest is left out
  Dialect dialect = Dialect::kDuckDb;
};

/// Reads {"sql", "database"?, "parameters"?, "max_rows"?, "dialect"?}; parameters are strings, numbers or booleans.
/// Errors: kInvalidArgument with where() = a JSON pointer.
Result<StatementRequest> ReadStatementRequest(const nlohmann::json& body);

/// Reads the body of POST /v1/sql: JSON as above if it says so, else the SQL text itself. `?database=` and `?dialect=`
/// stand in for absent members. Errors: also kInvalidArgument for malformed JSON.
Result<StatementRequest> ReadSqlRequest(const http::Request& request);

}  // namespace tarn::query
