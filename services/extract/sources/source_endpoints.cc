#include "services/extract/sources/source_endpoints.h"

#include <nlohmann/json.hpp>

#include "common/http/paging.h"

namespace tarn::extract {

Result<http::Response> SourceEndpoints::List(http::Request& request) {
  TARN_ASSIGN(const http::PageRequest page, http::ParsePage(request));
  auto items = nlohmann::json::array();
  std::string last;
  for (const Source& source : sources_.List()) {
    if (source.name <= page.after) continue;
    if (static_cast<int64_t>(items.size()) == page.limit) return http::PageResponse(std::move(items), last);
    items.push_back(ToJson(source));
    last = source.name;
  }
  return http::PageResponse(std::move(items), "");
}

Result<http::Response> SourceEndpoints::Get(http::Request& request) {
  TARN_ASSIGN(const Source source, sources_.Get(request.PathParameter("name")));
  return http::Response::Json(200, ToJson(source));
}

Result<http::Response> SourceEndpoints::StartRun(http::Request& request) {
  TARN_ASSIGN(const Source source, sources_.Get(request.PathParameter("name")));
  nlohmann::json overrides = nlohmann::json::object();
  if (!request.body.empty()) {
    TARN_ASSIGN(overrides, request.Json());
  }
  TARN_TRY(CheckOverrides(source, overrides));
  TARN_ASSIGN(const Run run, runner_.Start(source.name, "request", overrides));
  auto response = http::Response::Json(202, ToJson(run));
  response.headers.Set("Location", "/v1/runs/" + run.id);
  return response;
}

}  // namespace tarn::extract
