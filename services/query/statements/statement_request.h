#pragma once

#include <chrono>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "common/duckdb/engine.h"
#include "common/http/message.h"
#include "common/result/result.h"
#include "services/query/dialect/dialect.h"

namespace tarn::query {

/// What a client asks to run.
struct StatementRequest {
  std::string sql{};
  std::string database{};                       ///< of names that stand alone; empty: there are none
  std::vector<duckdb::Parameter> parameters{};  ///< for $1, $2, ... or ?
  std::optional<int64_t> max_rows{};            ///< the rest is left out
  Dialect dialect = Dialect::kDuckDb;
  std::string workgroup{};                             ///< empty: primary
  std::optional<std::chrono::milliseconds> timeout{};  ///< shorter than the workgroup's
  std::optional<std::chrono::milliseconds> max_age{};  ///< a kept result may answer that is no older
  uint64_t max_scan_bytes = 0;                         ///< the workgroup's; 0: any number
  std::string write_id{};        ///< names what it writes: the same when it is run again; empty: none yet
  bool shows_progress = false;                         ///< someone may ask how far it is
  bool dialect_given = true;                           ///< else the workgroup's counts
  bool only_reads = false;                             ///< refused if it does more
};

/// Reads {"sql", "database"?, "parameters"?, "max_rows"?, "dialect"?, "workgroup"?, "timeout_ms"?,
/// "max_age_ms"?}; parameters are strings, numbers, booleans or null. Errors: kInvalidArgument with where() =
/// a JSON pointer.
Result<StatementRequest> ReadStatementRequest(const nlohmann::json& body);

/// Reads the body of POST /v1/sql: JSON as above if it says so, else the SQL text itself. `?database=`,
/// `?dialect=`,
/// `?workgroup=`, `?timeout_ms=`, `?max_age_ms=` and `?max_rows=` stand in for absent members. Errors: also
/// kInvalidArgument for malformed JSON.
Result<StatementRequest> ReadSqlRequest(const http::Request& request);

/// Reads `?workgroup=`, `?timeout_ms=` and the others into members that are not set. Errors: kInvalidArgument.
Status ReadStatementQuery(const http::Request& request, StatementRequest& statement);

/// Query parameters that ReadSqlRequest knows.
extern const std::vector<std::string> kSqlQueryParameters;

/// A value of a parameter; nothing for an array or an object.
std::optional<duckdb::Parameter> ReadParameter(const nlohmann::json& value);

/// Parameters as a JSON array, and back. What cannot be read is NULL.
nlohmann::json ParametersJson(const std::vector<duckdb::Parameter>& parameters);
std::vector<duckdb::Parameter> ParametersFromJson(const nlohmann::json& array);

}  // namespace tarn::query
