#include "services/query/statements/query_endpoints.h"

#include <charconv>
#include <nlohmann/json.hpp>

#include "common/http/paging.h"
#include "common/json/json.h"
#include "services/query/statements/result_file.h"
#include "services/query/statements/row_format.h"

namespace tarn::query {
namespace {

constexpr int64_t kDefaultRows = 1'000;
constexpr int64_t kMaxRows = 10'000;

// Pages of rows go on at a byte offset; the token is that number.
Result<uint64_t> ReadOffset(const http::Request& request) {
  const std::string token = request.Query("page_token").value_or("0");
  uint64_t offset = 0;
  const auto [end, failure] = std::from_chars(token.data(), token.data() + token.size(), offset);
  if (failure != std::errc() || end != token.data() + token.size()) {
    return Error(Code::kInvalidArgument, "not a token of this result").At("query:page_token");
  }
  return offset;
}

Result<int64_t> ReadLimit(const http::Request& request) {
  const std::string text = request.Query("limit").value_or(std::to_string(kDefaultRows));
  int64_t limit = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), limit);
  if (failure != std::errc() || end != text.data() + text.size() || limit < 1 || limit > kMaxRows) {
    return Error(Code::kInvalidArgument, "expected a number from 1 to " + std::to_string(kMaxRows)).At("query:limit");
  }
  return limit;
}

Result<std::optional<StatementState>> ReadState(const http::Request& request) {
  const auto name = request.Query("state");
  if (!name) return std::optional<StatementState>();
  const auto state = ParseState(*name);
  if (!state) {
    return Error(Code::kInvalidArgument, "expected queued, running, succeeded, failed or cancelled; got " + *name).At("query:state");
  }
  return state;
}

Status CheckHasResult(const Statement& statement) {
  if (statement.state == StatementState::kSucceeded) return Ok();
  std::string message = std::string("the query has no result: it is ") + StateName(statement.state);
  if (statement.error) message += ": " + statement.error->message();
  return Error(Code::kConflict, std::move(message));
}

}  // namespace

Result<http::Response> QueryEndpoints::Submit(http::Request& request) {
  TARN_ASSIGN(const auto body, request.Json());
  TARN_ASSIGN(auto statement, ReadStatementRequest(body));
  TARN_ASSIGN(const Statement submitted, queue_.Submit(std::move(statement)));
  auto response = http::Response::Json(202, StatementJson(submitted));
  response.headers.Set("Location", "/v1/queries/" + submitted.id);
  return response;
}

Result<http::Response> QueryEndpoints::List(http::Request& request) {
  TARN_ASSIGN(const auto page, http::ParsePage(request));
  TARN_ASSIGN(const auto state, ReadState(request));
  TARN_ASSIGN(auto statements, queue_.List(page.after, state, page.limit + 1));
  const bool more = statements.size() > static_cast<size_t>(page.limit);
  if (more) statements.pop_back();
  auto items = nlohmann::json::array();
  for (const auto& statement : statements) items.push_back(StatementJson(statement));
  return http::PageResponse(std::move(items), more ? statements.back().id : "");
}

Result<http::Response> QueryEndpoints::Get(http::Request& request) {
  TARN_ASSIGN(const Statement statement, queue_.Get(request.PathParameter("id")));
  return http::Response::Json(200, StatementJson(statement));
}

Result<http::Response> QueryEndpoints::Results(http::Request& request) {
  TARN_ASSIGN(const uint64_t offset, ReadOffset(request));
  TARN_ASSIGN(const int64_t limit, ReadLimit(request));
  TARN_ASSIGN(const Statement statement, queue_.Get(request.PathParameter("id")));
  TARN_TRY(CheckHasResult(statement));
  TARN_ASSIGN(const auto page, ResultFile(store_, statement.id).Read(offset, limit));
  std::string body = "{\"columns\":" + json::Dump(ColumnsJson(statement.columns)) + ",\"rows\":" + page.rows;
  if (!page.last) body += ",\"next_page_token\":\"" + std::to_string(page.next_offset) + '"';
  return http::Response::Text(200, body + "}\n", "application/json");
}

Result<http::Response> QueryEndpoints::Cancel(http::Request& request) {
  TARN_ASSIGN(const Statement statement, queue_.Cancel(request.PathParameter("id")));
  if (IsFinal(statement.state)) return http::Response::NoContent();
  return http::Response::Json(202, StatementJson(statement));
}

}  // namespace tarn::query
