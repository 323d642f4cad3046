#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "common/http/message.h"
#include "common/result/result.h"

namespace tarn::query {

/// What a client asks to run.
struct StatementRequest {
  std::string sql;
  std::string database;                 ///< of names that stand alone; empty: there are none
  std::vector<std::string> parameters;  ///< for $1, $2, ... as text
  std::optional<int64_t> max_rows;      ///< the rest is left out
};

/// Reads {"sql", "database"?, "parameters"?, "max_rows"?}; parameters are strings, numbers or booleans.
/// Errors: kInvalidArgument with where() = a JSON pointer.
Result<StatementRequest> ReadStatementRequest(const nlohmann::json& body);

/// Reads the body of POST /v1/sql: JSON as above if it says so, else the SQL text itself. `?database=` stands in
/// for an absent member. Errors: also kInvalidArgument for malformed JSON.
Result<StatementRequest> ReadSqlRequest(const http::Request& request);

}  // namespace tarn::query
