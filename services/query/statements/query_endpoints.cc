#include "services/query/statements/query_endpoints.h"

#include <charconv>
#include <nlohmann/json.hpp>

#include "common/http/paging.h"
#include "services/query/formats/result_format.h"
#include "services/query/formats/write_rows.h"
#include "services/query/statements/error_hint.h"

namespace tarn::query {
namespace {

constexpr int64_t kDefaultRows = 1'000;
constexpr int64_t kMaxRows = 10'000;
constexpr size_t kCopyBytes = 256 << 10;
constexpr size_t kMaxSearchBytes = 1'000;

Result<std::optional<StatementState>> ReadState(const http::Request& request) {
  const auto name = request.Query("state");
  if (!name) return std::optional<StatementState>();
  const auto state = ParseState(*name);
  if (!state) {
    return Error(Code::kInvalidArgument,
                 "expected queued, running, succeeded, failed or cancelled; got " + *name)
        .At("query:state");
  }
  return state;
}

Result<std::optional<Timestamp>> ReadTime(const http::Request& request, const char* name) {
  const auto text = request.Query(name);
  if (!text) return std::optional<Timestamp>();
  const auto time = ParseRfc3339(*text);
  if (!time.ok())
    return Error(Code::kInvalidArgument, "expected a time as 2026-02-03T04:05:06Z; got " + *text)
        .At(std::string("query:") + name);
  return std::optional(*time);
}

Status CheckHasResult(const Statement& statement) {
  if (statement.state != StatementState::kSucceeded) {
    std::string message = std::string("the query has no result: it is ") + StateName(statement.state);
    if (statement.error) message += ": " + statement.error->message();
    return Error(Code::kConflict, std::move(message));
  }
  const bool expired = statement.result_expires_at && *statement.result_expires_at <= Now();
  if (!expired && !statement.result_id.empty()) return Ok();
  return Error(Code::kNotFound, "the result is not kept any more: it expired; run the statement again");
}

// Rows on their way to the client, and what must stay until they are written.
struct StoredAnswer {
  std::unique_ptr<duckdb::ResultStream> stream;
  RowsToWrite rows;
};

}  // namespace

struct QueryEndpoints::Page {
  FormatName format = FormatName::kJson;
  int64_t first = 0;
  std::optional<int64_t> limit;  // to the end if absent
};

const std::vector<std::string> QueryEndpoints::kListParameters = {
    "limit", "page_token", "state", "workgroup", "search", "since", "until"};
const std::vector<std::string> QueryEndpoints::kResultParameters = {"limit", "page_token", "format"};

Result<http::Response> QueryEndpoints::Submit(http::Request& request) {
  TARN_ASSIGN(const auto body, request.Json());
  TARN_ASSIGN(auto statement, ReadStatementRequest(body));
  TARN_ASSIGN(statement.write_id, queue_.IdOf(request));
  return SubmitStatement(queue_, std::move(statement));
}

Result<http::Response> SubmitStatement(StatementQueue& queue, StatementRequest statement) {
  const auto submitted = queue.Submit(std::move(statement));
  if (!submitted.ok()) return StatementProblem(submitted.error());
  auto response = http::Response::Json(202, StatementJson(*submitted));
  response.headers.Set("Location", "/v1/queries/" + submitted->id);
  return response;
}

Result<http::Response> QueryEndpoints::List(http::Request& request) {
  TARN_ASSIGN(const auto page, http::ParsePage(request));
  StatementStore::Filter filter;
  filter.after = page.after;
  TARN_ASSIGN(filter.state, ReadState(request));
  TARN_ASSIGN(filter.since, ReadTime(request, "since"));
  TARN_ASSIGN(filter.until, ReadTime(request, "until"));
  filter.workgroup = request.Query("workgroup").value_or("");
  filter.search = request.Query("search").value_or("");
  if (filter.search.size() > kMaxSearchBytes)
    return Error(Code::kInvalidArgument, "is limited to 1000 bytes").At("query:search");
  TARN_ASSIGN(auto statements, queue_.List(filter, page.limit + 1));
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

Result<http::Response> QueryEndpoints::Cancel(http::Request& request) {
  TARN_ASSIGN(const Statement statement, queue_.Cancel(request.PathParameter("id")));
  if (IsFinal(statement.state)) return http::Response::NoContent();
  return http::Response::Json(202, StatementJson(statement));
}

Result<http::Response> QueryEndpoints::Results(http::Request& request) {
  Page page;
  TARN_ASSIGN(page.format, ChooseFormat(request));
  TARN_ASSIGN(const Statement statement, queue_.Get(request.PathParameter("id")));
  if (const auto token = request.Query("page_token")) {
    TARN_ASSIGN(page.first, tokens_.Read(statement.id, *token));
  }
  const auto limit = request.Query("limit");
  const bool pages =
      limit || page.first > 0 || page.format == FormatName::kJson || page.format == FormatName::kText;
  if (pages && limit != "all") page.limit = kDefaultRows;
  if (limit && limit != "all") {
    int64_t number = 0;
    const auto [end, failure] = std::from_chars(limit->data(), limit->data() + limit->size(), number);
    if (failure != std::errc() || end != limit->data() + limit->size() || number < 1 || number > kMaxRows) {
      return Error(Code::kInvalidArgument,
                   "expected a number from 1 to " + std::to_string(kMaxRows) + ", or all")
          .At("query:limit");
    }
    page.limit = number;
  }
  TARN_TRY(CheckHasResult(statement));
  if (page.format != FormatName::kParquet) return Rows(request, statement, page);
  if (page.limit)
    return Error(Code::kInvalidArgument, "a Parquet file comes whole; leave limit and page_token out")
        .At("query:limit");
  return WholeFile(statement);
}

Result<http::Response> QueryEndpoints::WholeFile(const Statement& statement) {
  TARN_ASSIGN(auto opened, results_.OpenFile(statement.place()));
  const std::shared_ptr<object_store::ObjectReader> file = std::move(opened);
  http::Response response;
  response.headers.Set("Content-Type", ContentType(FormatName::kParquet));
  response.stream_length = file->length();
  response.stream = [file](http::BodyWriter& writer) -> Status {
    std::string buffer(kCopyBytes, '\0');
    while (true) {
      TARN_ASSIGN(const size_t size, file->Read(buffer.data(), buffer.size()));
      if (size == 0) return Ok();
      TARN_TRY(writer.Write(std::string_view(buffer).substr(0, size)));
    }
  };
  return response;
}

Result<http::Response> QueryEndpoints::Rows(const http::Request& request, const Statement& statement,
                                            const Page& page) {
  auto answer = std::make_shared<StoredAnswer>();
  TARN_ASSIGN(answer->stream,
              results_.Read(statement.place(), statement.columns, page.first, page.limit, request.cancelled));
  answer->rows.rows = answer->stream.get();
  answer->rows.format = MakeFormat(page.format);
  TARN_TRY(answer->rows.Begin());
  const int64_t next = page.first + page.limit.value_or(0);
  const bool more = page.limit && next < statement.rows;
  const std::string token = more ? tokens_.Make(statement.id, next) : "";
  http::Response response;
  response.headers.Set("Content-Type", ContentType(page.format));
  if (more) response.headers.Set("Tarn-Next-Page-Token", token);
  response.stream = [answer, token, rows = statement.rows](http::BodyWriter& writer) {
    const auto stats = [&] {
      nlohmann::json about = {{"rows", answer->rows.written}, {"rows_total", rows}};
      if (!token.empty()) about["next_page_token"] = token;
      return about;
    };
    return answer->rows.Write(stats, writer);
  };
  return response;
}

}  // namespace tarn::query
