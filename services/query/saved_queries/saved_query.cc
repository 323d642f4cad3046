#include "services/query/saved_queries/saved_query.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "common/json/json.h"

namespace tarn::query {
namespace {

using nlohmann::json;
using tarn::json::ObjectReader;

constexpr size_t kMaxDescriptionBytes = 4'000;
constexpr size_t kMaxParameters = 100;

Result<SavedParameter> ReadSavedParameter(const json& body, const std::string& pointer) {
  ObjectReader reader(body, pointer);
  SavedParameter parameter;
  parameter.name = reader.RequiredString("name");
  const json* value = reader.OptionalAny("value");
  if (value) parameter.value = ReadParameter(*value);
  if (value && !parameter.value) reader.Fail("value", "expected a string, a number, a boolean or null");
  if (!IsSavedName(parameter.name)) reader.Fail("name", "expected 1 to 64 of a-z, 0-9, _ and -");
  TARN_TRY(reader.Finish());
  return parameter;
}

Status ReadSavedParameters(const json& list, SavedQuery& query) {
  std::set<std::string> names;
  for (const auto& item : list) {
    const std::string pointer = "/parameters/" + std::to_string(query.parameters.size());
    if (query.parameters.size() == kMaxParameters)
      return Error(Code::kInvalidArgument, "at most 100 parameters").At(pointer);
    TARN_ASSIGN(auto parameter, ReadSavedParameter(item, pointer));
    if (!names.insert(parameter.name).second)
      return Error(Code::kInvalidArgument, "another parameter has this name").At(pointer + "/name");
    query.parameters.push_back(std::move(parameter));
  }
  return Ok();
}

// The value of one parameter, null where the run does not say.
const json* GivenValue(const json& given, size_t index, const std::string& name) {
  if (given.is_array()) return index < given.size() ? &given[index] : nullptr;
  const auto found = given.find(name);
  return found == given.end() ? nullptr : &*found;
}

std::string Names(const SavedQuery& query) {
  std::string names;
  for (const auto& parameter : query.parameters) names += (names.empty() ? "" : ", ") + parameter.name;
  return names.empty() ? "it has none" : "it has: " + names;
}

Status CheckGiven(const SavedQuery& query, const json& given) {
  if (given.is_array() && given.size() > query.parameters.size())
    return Error(Code::kInvalidArgument, "more values than the query has parameters; " + Names(query))
        .At("/parameters");
  if (!given.is_object()) return Ok();
  for (const auto& [name, value] : given.items()) {
    const auto is_it = [&name = name](const SavedParameter& parameter) { return parameter.name == name; };
    if (std::none_of(query.parameters.begin(), query.parameters.end(), is_it))
      return Error(Code::kInvalidArgument, "the query has no such parameter; " + Names(query))
          .At("/parameters/" + name);
  }
  return Ok();
}

}  // namespace

bool IsSavedName(const std::string& name) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  };
  return !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), allowed);
}

Result<SavedQuery> ReadSavedQuery(const json& body, const std::string& name) {
  ObjectReader reader(body);
  SavedQuery query;
  query.name = name.empty() ? reader.RequiredString("name") : reader.OptionalString("name").value_or(name);
  if (!name.empty() && query.name != name) reader.Fail("name", "a saved query keeps its name, " + name);
  if (!IsSavedName(query.name)) reader.Fail("name", "expected 1 to 64 of a-z, 0-9, _ and -");
  query.sql = reader.RequiredString("sql");
  query.description = reader.OptionalString("description").value_or("");
  if (query.description.size() > kMaxDescriptionBytes) reader.Fail("description", "is limited to 4000 bytes");
  query.database = reader.OptionalString("database").value_or("");
  query.workgroup = reader.OptionalString("workgroup").value_or("");
  if (const auto dialect = reader.OptionalString("dialect")) {
    query.dialect = ParseDialect(*dialect);
    if (!query.dialect) reader.Fail("dialect", "expected duckdb or athena; got " + *dialect);
  }
  const json* parameters = reader.OptionalArray("parameters");
  TARN_TRY(reader.Finish());
  if (parameters) TARN_TRY(ReadSavedParameters(*parameters, query));
  return query;
}

json SavedQueryJson(const SavedQuery& query) {
  auto parameters = json::array();
  for (const auto& parameter : query.parameters) {
    json shown = {{"name", parameter.name}};
    if (parameter.value) shown["value"] = ParametersJson({*parameter.value})[0];
    parameters.push_back(std::move(shown));
  }
  return {{"name", query.name},
          {"description", query.description},
          {"sql", query.sql},
          {"database", query.database},
          {"workgroup", query.workgroup},
          {"dialect", query.dialect ? json(DialectName(*query.dialect)) : json()},
          {"parameters", std::move(parameters)}};
}

Result<std::vector<duckdb::Parameter>> RunValues(const SavedQuery& query, const json& given) {
  TARN_TRY(CheckGiven(query, given));
  std::vector<duckdb::Parameter> values;
  for (const auto& parameter : query.parameters) {
    const json* value = GivenValue(given, values.size(), parameter.name);
    const auto read = value ? ReadParameter(*value) : parameter.value;
    if (!read) {
      const char* message =
          value ? "expected a string, a number, a boolean or null" : "the query needs a value for it";
      return Error(Code::kInvalidArgument, message).At("/parameters/" + parameter.name);
    }
    values.push_back(*read);
  }
  return values;
}

Status FillIn(const SavedQuery& query, const json& values, StatementRequest& statement) {
  TARN_ASSIGN(statement.parameters, RunValues(query, values));
  statement.sql = query.sql;
  statement.database = query.database;
  if (statement.workgroup.empty()) statement.workgroup = query.workgroup;
  statement.dialect_given = query.dialect.has_value();
  if (query.dialect) statement.dialect = *query.dialect;
  return Ok();
}

Result<StatementRequest> ReadRun(const SavedQuery& query, const json& body) {
  if (!body.is_object()) return Error(Code::kInvalidArgument, "expected an object").At("");
  for (const char* fixed : {"sql", "database", "dialect"}) {
    if (body.contains(fixed))
      return Error(Code::kInvalidArgument, "the saved query decides it").At(std::string("/") + fixed);
  }
  json values = body.value("parameters", json::object());
  if (!values.is_structured())
    return Error(Code::kInvalidArgument, "expected an object or an array of values").At("/parameters");
  json rest = body;
  rest.erase("parameters");
  rest["sql"] = "";
  TARN_ASSIGN(auto statement, ReadStatementRequest(rest));
  TARN_TRY(FillIn(query, values, statement));
  return statement;
}

}  // namespace tarn::query
