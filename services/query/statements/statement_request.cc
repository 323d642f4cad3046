#include "services/query/statements/statement_request.h"

#include <charconv>
#include <nlohmann/json.hpp>

#include "common/json/json.h"

namespace tarn::query {
namespace {

constexpr size_t kMaxParameters = 1'000;
constexpr int64_t kMaxMilliseconds = 366ll * 24 * 3'600'000;

Result<std::vector<duckdb::Parameter>> ReadParameters(const nlohmann::json& array) {
  if (array.size() > kMaxParameters)
    return Error(Code::kInvalidArgument, "at most 1000 parameters").At("/parameters");
  std::vector<duckdb::Parameter> parameters;
  for (size_t i = 0; i < array.size(); ++i) {
    auto parameter = ReadParameter(array[i]);
    if (!parameter) {
      return Error(Code::kInvalidArgument, "expected a string, a number, a boolean or null")
          .At("/parameters/" + std::to_string(i));
    }
    parameters.push_back(std::move(*parameter));
  }
  return parameters;
}

Result<Dialect> ReadDialect(const std::string& name, const char* where) {
  if (const auto dialect = ParseDialect(name)) return *dialect;
  return Error(Code::kInvalidArgument, "expected duckdb or athena; got " + name).At(where);
}

std::optional<std::chrono::milliseconds> ReadMilliseconds(json::ObjectReader& reader, const char* name,
                                                          int64_t min) {
  const auto value = reader.OptionalInteger(name);
  if (!value) return std::nullopt;
  if (*value < min || *value > kMaxMilliseconds)
    reader.Fail(name, "must be from " + std::to_string(min) + " to a year");
  return std::chrono::milliseconds(*value);
}

Result<std::optional<int64_t>> QueryNumber(const http::Request& request, const char* name, int64_t min,
                                           int64_t max) {
  const auto text = request.Query(name);
  if (!text) return std::optional<int64_t>();
  int64_t number = 0;
  const auto [end, failure] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (failure != std::errc() || end != text->data() + text->size() || number < min || number > max) {
    return Error(Code::kInvalidArgument,
                 "expected a whole number from " + std::to_string(min) + " to " + std::to_string(max))
        .At(std::string("query:") + name);
  }
  return std::optional(number);
}

}  // namespace

const std::vector<std::string> kSqlQueryParameters = {"database",   "dialect",  "workgroup", "timeout_ms",
                                                      "max_age_ms", "max_rows", "format"};

Result<StatementRequest> ReadStatementRequest(const nlohmann::json& body) {
  json::ObjectReader reader(body);
  StatementRequest statement;
  statement.sql = reader.RequiredString("sql");
  statement.database = reader.OptionalString("database").value_or("");
  statement.workgroup = reader.OptionalString("workgroup").value_or("");
  statement.max_rows = reader.OptionalInteger("max_rows");
  if (statement.max_rows && *statement.max_rows < 0) reader.Fail("max_rows", "must not be negative");
  statement.timeout = ReadMilliseconds(reader, "timeout_ms", 1);
  statement.max_age = ReadMilliseconds(reader, "max_age_ms", 0);
  const auto dialect = reader.OptionalString("dialect");
  const auto* parameters = reader.OptionalArray("parameters");
  TARN_TRY(reader.Finish());
  statement.dialect_given = dialect.has_value();
  if (dialect) {
    TARN_ASSIGN(statement.dialect, ReadDialect(*dialect, "/dialect"));
  }
  if (parameters) {
    TARN_ASSIGN(statement.parameters, ReadParameters(*parameters));
  }
  return statement;
}

std::optional<duckdb::Parameter> ReadParameter(const nlohmann::json& value) {
  if (value.is_null()) return duckdb::Parameter();
  if (value.is_boolean()) return value.get<bool>();
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number_unsigned() && value.get<uint64_t>() > static_cast<uint64_t>(INT64_MAX))
    return json::Dump(value);
  if (value.is_number_integer()) return value.get<int64_t>();
  if (value.is_number()) return value.get<double>();
  return std::nullopt;
}

Status ReadStatementQuery(const http::Request& request, StatementRequest& statement) {
  if (statement.database.empty()) statement.database = request.Query("database").value_or("");
  if (statement.workgroup.empty()) statement.workgroup = request.Query("workgroup").value_or("");
  TARN_ASSIGN(const auto timeout, QueryNumber(request, "timeout_ms", 1, kMaxMilliseconds));
  if (timeout && !statement.timeout) statement.timeout = std::chrono::milliseconds(*timeout);
  TARN_ASSIGN(const auto max_age, QueryNumber(request, "max_age_ms", 0, kMaxMilliseconds));
  if (max_age && !statement.max_age) statement.max_age = std::chrono::milliseconds(*max_age);
  TARN_ASSIGN(const auto max_rows, QueryNumber(request, "max_rows", 0, INT64_MAX));
  if (max_rows && !statement.max_rows) statement.max_rows = max_rows;
  if (const auto dialect = request.Query("dialect")) {
    TARN_ASSIGN(const Dialect asked, ReadDialect(*dialect, "query:dialect"));
    if (!statement.dialect_given) statement.dialect = asked;
    statement.dialect_given = true;
  }
  return Ok();
}

Result<StatementRequest> ReadSqlRequest(const http::Request& request) {
  StatementRequest statement;
  statement.dialect_given = false;
  if (request.Header("Content-Type").value_or("").starts_with("application/json")) {
    TARN_ASSIGN(const auto body, request.Json());
    TARN_ASSIGN(statement, ReadStatementRequest(body));
  } else {
    statement.sql = request.body;
  }
  TARN_TRY(ReadStatementQuery(request, statement));
  return statement;
}

nlohmann::json ParametersJson(const std::vector<duckdb::Parameter>& parameters) {
  auto array = nlohmann::json::array();
  for (const auto& parameter : parameters) {
    std::visit(
        [&](const auto& value) {
          if constexpr (std::is_same_v<std::decay_t<decltype(value)>, std::monostate>)
            array.push_back(nullptr);
          else
            array.push_back(value);
        },
        parameter);
  }
  return array;
}

std::vector<duckdb::Parameter> ParametersFromJson(const nlohmann::json& array) {
  std::vector<duckdb::Parameter> parameters;
  for (const auto& value : array) parameters.push_back(ReadParameter(value).value_or(duckdb::Parameter()));
  return parameters;
}

}  // namespace tarn::query
