#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "common/result/result.h"
#include "services/query/statements/statement_request.h"

namespace tarn::query {

/// What stands for the n-th `?`, or $n, of a saved query.
struct SavedParameter {
  std::string name;                          ///< [a-z0-9_-], at most 64
  std::optional<duckdb::Parameter> value{};  ///< where a run gives none; nothing: each run has to
};

/// A statement under a name.
struct SavedQuery {
  std::string name;  ///< [a-z0-9_-], at most 64
  std::string description{};
  std::string sql{};
  std::string database{};
  std::string workgroup{};           ///< empty: primary
  std::optional<Dialect> dialect{};  ///< nothing: the workgroup's
  std::vector<SavedParameter> parameters{};
  std::string file{};  ///< "pipeline/queries/name.sql" that defines it; empty: made by REST
};

/// Whether it may be the name of a saved query or of its parameter.
bool IsSavedName(const std::string& name);

/// Reads {"name", "sql", "description"?, "database"?, "workgroup"?, "dialect"?, "parameters"?: [{"name",
/// "value"?}]}. `name` is what stands in the path; then the body may leave it out but not change it. The SQL
/// is not looked at. Errors: kInvalidArgument with where() = a JSON pointer.
Result<SavedQuery> ReadSavedQuery(const nlohmann::json& body, const std::string& name = "");
nlohmann::json SavedQueryJson(const SavedQuery& query);

/// Reads the body of a run: {"parameters"?, "workgroup"?, "timeout_ms"?, "max_age_ms"?, "max_rows"?}. Returns
/// a statement of this saved query. Errors: as ReadStatementRequest and RunValues.
Result<StatementRequest> ReadRun(const SavedQuery& query, const nlohmann::json& body);

/// Makes `statement` one of this saved query; a workgroup that it has stays. Errors: as RunValues.
Status FillIn(const SavedQuery& query, const nlohmann::json& values, StatementRequest& statement);

/// The values of a run: `given` is an array in the order of the parameters or an object by their names; what
/// it leaves out is as saved. Errors: kInvalidArgument with where() = "/parameters" or a JSON pointer below
/// it.
Result<std::vector<duckdb::Parameter>> RunValues(const SavedQuery& query, const nlohmann::json& given);

}  // namespace tarn::query
