#include "services/query/statements/statement_request.h"

#include <nlohmann/json.hpp>

#include "common/json/json.h"

namespace tarn::query {
namespace {

Result<std::vector<std::string>> ReadParameters(const nlohmann::json& array, const std::string& pointer) {
  std::vector<std::string> parameters;
  for (size_t i = 0; i < array.size(); ++i) {
    const auto& value = array[i];
    if (value.is_string()) {
      parameters.push_back(value);
    } else if (value.is_number() || value.is_boolean()) {
      parameters.push_back(json::Dump(value));
    } else {
      return Error(Code::kInvalidArgument, "expected a string, a number or a boolean").At(pointer + '/' + std::to_string(i));
    }
  }
  return parameters;
}

Result<Dialect> ReadDialect(const std::string& name, const char* where) {
  if (const auto dialect = ParseDialect(name)) return *dialect;
  return Error(Code::kInvalidArgument, "expected duckdb or athena; got " + name).At(where);
}

}  // namespace

const char* DialectName(Dialect dialect) { return dialect == Dialect::kAthena ? "athena" : "duckdb"; }

std::optional<Dialect> ParseDialect(std::string_view name) {
  for (const Dialect dialect : {Dialect::kDuckDb, Dialect::kAthena}) {
    if (name == DialectName(dialect)) return dialect;
  }
  return std::nullopt;
}

Result<StatementRequest> ReadStatementRequest(const nlohmann::json& body) {
  json::ObjectReader reader(body);
  StatementRequest statement;
  statement.sql = reader.RequiredString("sql");
  statement.database = reader.OptionalString("database").value_or("");
  statement.max_rows = reader.OptionalInteger("max_rows");
  if (statement.max_rows && *statement.max_rows < 0) reader.Fail("max_rows", "must not be negative");
  const auto dialect = reader.OptionalString("dialect");
  const auto* parameters = reader.OptionalArray("parameters");
  TARN_TRY(reader.Finish());
  if (dialect) {
    TARN_ASSIGN(statement.dialect, ReadDialect(*dialect, "/dialect"));
  }
  if (parameters) {
    TARN_ASSIGN(statement.parameters, ReadParameters(*parameters, "/parameters"));
  }
  return statement;
}

Result<StatementRequest> ReadSqlRequest(const http::Request& request) {
  StatementRequest statement;
  bool has_dialect = false;
  if (request.Header("Content-Type").value_or("").starts_with("application/json")) {
    TARN_ASSIGN(const auto body, request.Json());
    TARN_ASSIGN(statement, ReadStatementRequest(body));
    has_dialect = body.contains("dialect");
  } else {
    statement.sql = request.body;
  }
  if (statement.database.empty()) statement.database = request.Query("database").value_or("");
  const auto dialect = request.Query("dialect");
  if (dialect) {
    TARN_ASSIGN(const Dialect asked, ReadDialect(*dialect, "query:dialect"));
    if (!has_dialect) statement.dialect = asked;
  }
  return statement;
}

}  // namespace tarn::query
