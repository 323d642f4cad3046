#include "services/transform/transforms/transforms_resource.h"

#include <nlohmann/json.hpp>

#include "common/http/paging.h"

namespace tarn::transform {
namespace {

using nlohmann::json;

json InputJson(const Input& input) {
  return {{"bucket", input.bucket},
          {"prefix", input.prefix},
          {"suffix", input.suffix},
          {"exclude_suffixes", input.exclude_suffixes},
          {"format", FormatName(input.format)}};
}

json QualityJson(const QualityRules& quality) {
  json rules = json::array();
  for (const dqdl::Rule& rule : quality.ruleset.rules) rules.push_back(rule.text);
  return {
      {"severity", SeverityName(quality.severity)},
      {"rows",
       quality.scope == RuleScope::kNew || quality.severity == Severity::kQuarantine ? "new" : "published"},
      {"rules", rules}};
}

json OutputJson(const Output& output) {
  json order = json::array(), quality = json::array();
  for (const QualityRules& rules : output.quality) quality.push_back(QualityJson(rules));
  for (const OrderColumn& column : output.order_by)
    order.push_back(column.column + (column.descending ? " desc" : " asc"));
  return {{"table", output.TableName()},   {"model", output.model}, {"format", FormatName(output.format)},
          {"mode", ModeName(output.mode)}, {"key", output.key},     {"order_by", order},
          {"columns", output.columns},     {"quality", quality}};
}

json ModelJson(const Model& model) {
  return {{"name", model.name},
          {"refs", model.sql.Arguments(TemplateMark::Kind::kRef)},
          {"sql", model.sql.text()}};
}

json DefinitionJson(const Definition& definition) {
  json inputs = json::array(), outputs = json::array(), models = json::array(), counts = json::object();
  for (const Input& input : definition.inputs) inputs.push_back(InputJson(input));
  for (const Output& output : definition.outputs) outputs.push_back(OutputJson(output));
  for (const Model& model : definition.models) models.push_back(ModelJson(model));
  for (const Count& count : definition.counts) counts[count.name] = count.sql.text();
  return {
      {"inputs", inputs},
      {"models", models},
      {"outputs", outputs},
      {"counts", counts},
      {"params", definition.parameters},
      {"batch",
       {{"max_objects", definition.batch.max_objects}, {"max_wait_ms", definition.batch.max_wait.count()}}}};
}

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
  body["definition"] = transform.definition ? DefinitionJson(*transform.definition) : json();
  return http::Response::Json(200, body);
}

}  // namespace tarn::transform
