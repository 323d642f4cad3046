#include "services/query/saved_queries/saved_query_endpoints.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "common/http/paging.h"
#include "common/json/json.h"
#include "services/query/statements/error_hint.h"
#include "services/query/statements/query_endpoints.h"

namespace tarn::query {
namespace {

using nlohmann::json;

json Shown(const SavedQuery& query) {
  json shown = SavedQueryJson(query);
  shown["defined_by"] = query.file.empty() ? json() : json(query.file);
  return shown;
}

// The route takes any, because only such a route reads "+" as the space that forms and curl mean by it.
Status CheckParameters(const http::Request& request) {
  const auto& known = SavedQueryEndpoints::kRowParameters;
  for (const auto& [name, value] : request.query_parameters) {
    if (std::find(known.begin(), known.end(), name) == known.end())
      return Error(Code::kInvalidArgument, "unknown query parameter").At("query:" + name);
  }
  return Ok();
}

}  // namespace

const std::vector<std::string> SavedQueryEndpoints::kRowParameters = {"parameters", "format",     "workgroup",
                                                                      "timeout_ms", "max_age_ms", "max_rows"};

Result<http::Response> SavedQueryEndpoints::List(http::Request& request) {
  TARN_ASSIGN(const auto page, http::ParsePage(request));
  TARN_ASSIGN(auto queries, saved_.List(page.after, page.limit + 1));
  const bool more = queries.size() > static_cast<size_t>(page.limit);
  if (more) queries.pop_back();
  auto items = json::array();
  for (const auto& query : queries) items.push_back(Shown(query));
  return http::PageResponse(std::move(items), more ? queries.back().name : "");
}

// What cannot run is not kept.
Result<SavedQuery> SavedQueryEndpoints::ReadBody(http::Request& request, const std::string& name) {
  TARN_ASSIGN(const auto body, request.Json());
  TARN_ASSIGN(auto query, ReadSavedQuery(body, name));
  StatementRequest statement;
  statement.sql = query.sql;
  statement.workgroup = query.workgroup;
  statement.dialect_given = query.dialect.has_value();
  statement.dialect = query.dialect.value_or(Dialect::kDuckDb);
  TARN_TRY(queue_.Check(std::move(statement)));
  return query;
}

Result<http::Response> SavedQueryEndpoints::Create(http::Request& request) {
  const auto query = ReadBody(request, "");
  if (!query.ok()) return StatementProblem(query.error());
  TARN_TRY(saved_.Create(*query));
  auto response = http::Response::Json(201, Shown(*query));
  response.headers.Set("Location", "/v1/saved-queries/" + query->name);
  return response;
}

Result<http::Response> SavedQueryEndpoints::Get(http::Request& request) {
  TARN_ASSIGN(const auto query, saved_.Find(request.PathParameter("name")));
  return http::Response::Json(200, Shown(query));
}

Result<http::Response> SavedQueryEndpoints::Replace(http::Request& request) {
  const auto query = ReadBody(request, request.PathParameter("name"));
  if (!query.ok()) return StatementProblem(query.error());
  TARN_TRY(saved_.Replace(*query));
  return Get(request);
}

Result<http::Response> SavedQueryEndpoints::Remove(http::Request& request) {
  TARN_TRY(saved_.Remove(request.PathParameter("name")));
  return http::Response::NoContent();
}

Result<http::Response> SavedQueryEndpoints::Run(http::Request& request) {
  TARN_ASSIGN(const auto body, request.Json());
  TARN_ASSIGN(auto statement, ReadRun(body));
  TARN_ASSIGN(const auto query, saved_.Find(request.PathParameter("name")));
  TARN_TRY(FillIn(query, body.value("parameters", json::object()), statement));
  TARN_ASSIGN(statement.write_id, queue_.IdOf(request));
  return SubmitStatement(queue_, std::move(statement));
}

Result<http::Response> SavedQueryEndpoints::Rows(http::Request& request) {
  TARN_TRY(CheckParameters(request));
  TARN_ASSIGN(const auto query, saved_.Find(request.PathParameter("name")));
  StatementRequest statement;
  TARN_TRY(ReadStatementQuery(request, statement));
  statement.only_reads = true;  // a GET is sent again by anything on the way
  json values = json::object();
  if (const auto text = request.Query("parameters")) {
    auto parsed = tarn::json::Parse(*text);
    if (!parsed.ok() || !parsed->is_structured())
      return Error(Code::kInvalidArgument, "expected a JSON object or array of values")
          .At("query:parameters");
    values = std::move(*parsed);
  }
  TARN_TRY(FillIn(query, values, statement));
  return sql_.Answer(std::move(statement), request);
}

}  // namespace tarn::query
