#include "services/transform/transforms/transforms_resource.h"

#include <nlohmann/json.hpp>

#include "common/http/paging.h"
#include "services/transform/transforms/definition_json.h"

namespace tarn::transform {
namespace {

using nlohmann::json;

json SummaryJson(const LoadedTransform& transform) {
  json error;
  if (transform.load_error) {
    error = {{"code", CodeName(transform.load_error->code())},
             {"detail", transform.load_error->message()},
             {"where", transform.load_error->where()}};
  }
  json tables = json::array();
  if (transform.definition) {
    for (const Output& output : transform.definition->outputs) tables.push_back(output.TableName());
  }
  return {{"name", transform.name},
          {"description", transform.definition ? transform.definition->description : ""},
          {"tables", tables},
          {"runnable", transform.definition != nullptr},
          {"load_error", error}};
}

}  // namespace

Result<http::Response> TransformsResource::List(http::Request& request) {
  TARN_ASSIGN(const auto page, http::ParsePage(request));
  json items = json::array();
  std::string next;
  for (const LoadedTransform& transform : definitions_.List()) {
    if (transform.name <= page.after) continue;
    if (static_cast<int64_t>(items.size()) == page.limit) {
      next = items.back().at("name");
      break;
    }
    items.push_back(SummaryJson(transform));
  }
  return http::PageResponse(std::move(items), next);
}

Result<http::Response> TransformsResource::Get(http::Request& request) {
  TARN_ASSIGN(const auto transform, definitions_.Get(request.PathParameter("name")));
  json body = SummaryJson(transform);
  body["definition"] = transform.definition ? DefinitionToJson(*transform.definition) : json();
  return http::Response::Json(200, body);
}

}  // namespace tarn::transform
