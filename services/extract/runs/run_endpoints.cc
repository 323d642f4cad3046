#include "services/extract/runs/run_endpoints.h"

#include <nlohmann/json.hpp>

#include "common/http/paging.h"

namespace tarn::extract {

Result<http::Response> RunEndpoints::List(http::Request& request) {
  TARN_ASSIGN(const http::PageRequest page, http::ParsePage(request));
  RunStore::ListRequest list;
  list.source = request.Query("source").value_or("");
  list.backfill_id = request.Query("backfill_id").value_or("");
  list.after = page.after;
  list.limit = page.limit;
  if (const auto state = request.Query("state")) {
    list.state = ParseRunState(*state);
    if (!list.state)
      return Error(Code::kInvalidArgument, "no run is ever in this state: " + *state).At("query:state");
  }
  TARN_ASSIGN(const auto runs, runs_.List(list));
  auto items = nlohmann::json::array();
  for (const Run& run : runs) items.push_back(ToJson(run));
  const bool full = static_cast<int64_t>(runs.size()) == page.limit;
  return http::PageResponse(std::move(items), full ? runs.back().id : "");
}

Result<http::Response> RunEndpoints::Get(http::Request& request) {
  TARN_ASSIGN(const Run run, runs_.Get(request.PathParameter("id")));
  return http::Response::Json(200, ToJson(run));
}

Result<http::Response> RunEndpoints::ListObjects(http::Request& request) {
  TARN_ASSIGN(const http::PageRequest page, http::ParsePage(request));
  TARN_ASSIGN(const Run run, runs_.Get(request.PathParameter("id")));
  TARN_ASSIGN(const auto objects, runs_.ListObjects(run.id, "", page.after, page.limit));
  auto items = nlohmann::json::array();
  for (const RunObject& object : objects) items.push_back(ToJson(object));
  const bool full = static_cast<int64_t>(objects.size()) == page.limit;
  return http::PageResponse(std::move(items), full ? objects.back().key : "");
}

Result<http::Response> RunEndpoints::Cancel(http::Request& request) {
  TARN_ASSIGN(const Run run, runner_.Cancel(request.PathParameter("id")));
  return http::Response::Json(202, ToJson(run));
}

}  // namespace tarn::extract
