#include "services/query/workgroups/workgroup_endpoints.h"

#include <nlohmann/json.hpp>

#include "common/http/paging.h"

namespace tarn::query {

Result<nlohmann::json> WorkgroupEndpoints::Show(const Workgroup& workgroup) {
  const auto& definition = workgroup.definition;
  TARN_ASSIGN(const Load load, read_load_(definition.name));
  auto shown = WorkgroupJson(definition);
  shown["defined_by"] = definition.pipeline.empty()
                            ? nlohmann::json()
                            : nlohmann::json(definition.pipeline + "/workgroups.yaml");
  shown["running"] = load.running;
  shown["waiting"] = load.waiting;
  shown["queued"] = load.queued;
  return shown;
}

Result<http::Response> WorkgroupEndpoints::List(http::Request& request) {
  TARN_ASSIGN(const auto page, http::ParsePage(request));
  const auto workgroups = workgroups_.List();
  auto items = nlohmann::json::array();
  for (const auto& workgroup : workgroups) {
    if (workgroup->definition.name <= page.after) continue;
    if (static_cast<int64_t>(items.size()) == page.limit) {
      const std::string last = items.back()["name"];
      return http::PageResponse(std::move(items), last);
    }
    TARN_ASSIGN(auto shown, Show(*workgroup));
    items.push_back(std::move(shown));
  }
  return http::PageResponse(std::move(items), "");
}

Result<http::Response> WorkgroupEndpoints::Create(http::Request& request) {
  TARN_ASSIGN(const auto body, request.Json());
  WorkgroupDefinition defaults = workgroups_.defaults();
  defaults.name.clear();
  defaults.description.clear();
  TARN_ASSIGN(const auto definition, ReadWorkgroup(body, defaults));
  TARN_TRY(workgroups_.Create(definition));
  TARN_ASSIGN(const auto made, workgroups_.Find(definition.name));
  TARN_ASSIGN(const auto shown, Show(*made));
  auto response = http::Response::Json(201, shown);
  response.headers.Set("Location", "/v1/workgroups/" + definition.name);
  return response;
}

Result<http::Response> WorkgroupEndpoints::Get(http::Request& request) {
  TARN_ASSIGN(const auto workgroup, workgroups_.Find(request.PathParameter("name")));
  TARN_ASSIGN(const auto shown, Show(*workgroup));
  return http::Response::Json(200, shown);
}

Result<http::Response> WorkgroupEndpoints::Replace(http::Request& request) {
  TARN_ASSIGN(const auto body, request.Json());
  WorkgroupDefinition defaults = workgroups_.defaults();
  defaults.name = request.PathParameter("name");
  defaults.description.clear();
  TARN_ASSIGN(const auto definition, ReadWorkgroup(body, defaults));
  if (definition.name != defaults.name) {
    return Error(Code::kInvalidArgument, "a workgroup keeps its name, " + defaults.name).At("/name");
  }
  TARN_TRY(workgroups_.Replace(definition));
  return Get(request);
}

Result<http::Response> WorkgroupEndpoints::Remove(http::Request& request) {
  const std::string& name = request.PathParameter("name");
  TARN_ASSIGN(const Load load, read_load_(name));
  if (load.running + load.waiting + load.queued > 0) {
    return Error(Code::kConflict,
                 "statements of the workgroup run or wait; let them end or cancel them first");
  }
  TARN_TRY(workgroups_.Remove(name));
  return http::Response::NoContent();
}

}  // namespace tarn::query
