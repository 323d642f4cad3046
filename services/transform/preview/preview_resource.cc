#include "services/transform/preview/preview_resource.h"

#include <nlohmann/json.hpp>

#include "common/json/json.h"

namespace tarn::transform {
namespace {

using nlohmann::json;
using Reader = tarn::json::ObjectReader;

http::Response TooMany() {
  http::Response response = http::Response::Problem(
      Error(Code::kResourceExhausted, "too many previews and tests are at work; try again in a moment"));
  response.headers.Set("Retry-After", "1");
  return response;
}

Result<std::vector<Planner::ObjectName>> ReadObjects(const json& list) {
  if (list.empty() || list.size() > PreviewResource::kMaxObjects) {
    return Error(Code::kInvalidArgument,
                 "expected 1 to " + std::to_string(PreviewResource::kMaxObjects) + " objects")
        .At("/objects");
  }
  std::vector<Planner::ObjectName> objects;
  for (size_t i = 0; i < list.size(); ++i) {
    Reader reader(list[i], "/objects/" + std::to_string(i));
    Planner::ObjectName name{reader.RequiredString("bucket"), reader.RequiredString("key")};
    TARN_TRY(reader.Finish());
    objects.push_back(std::move(name));
  }
  return objects;
}

Result<PreviewRequest> ReadRequest(const json& body) {
  Reader reader(body);
  PreviewRequest request;
  const auto model = reader.OptionalString("model");
  const auto output = reader.OptionalString("output");
  const json* objects = reader.OptionalArray("objects");
  request.prefix = reader.OptionalString("prefix").value_or("");
  request.limit = reader.OptionalInteger("limit").value_or(request.limit);
  request.sql = reader.OptionalString("sql");
  if (request.limit < 0 || request.limit > PreviewResource::kMaxRows)
    reader.Fail("limit", "expected 0 to " + std::to_string(PreviewResource::kMaxRows));
  if (objects != nullptr && !request.prefix.empty()) reader.Fail("prefix", "there are objects already");
  TARN_TRY(reader.Finish());
  if (model.has_value() == output.has_value())
    return Error(Code::kInvalidArgument, "expected either \"model\" or \"output\"");
  request.is_output = output.has_value();
  request.target = model ? *model : *output;
  if (objects != nullptr)
    TARN_TRY([&]() -> Status {
      TARN_ASSIGN(request.objects, ReadObjects(*objects));
      return Ok();
    }());
  return request;
}

json ResultJson(const PreviewResult& result) {
  json columns = json::array(), models = json::array(), quality = json::array(), objects = json::array();
  for (const auto& column : result.columns) columns.push_back({{"name", column.name}, {"type", column.type}});
  for (const auto& model : result.models) models.push_back({{"name", model.name}, {"rows", model.rows}});
  for (const QualityResult& rule : result.quality) quality.push_back(rule.ToJson());
  for (const auto& object : result.objects)
    objects.push_back({{"bucket", object.bucket}, {"key", object.key}, {"version", object.version}});
  return {{"columns", columns},         {"truncated", result.truncated},
          {"models", models},           {"plan", result.plan},
          {"quality", quality},         {"objects", objects},
          {"warnings", result.warnings}};
}

// What is in the folder, also if its tests keep it from running.
Result<std::shared_ptr<const Definition>> Loaded(DefinitionStore& definitions, const std::string& name) {
  TARN_ASSIGN(const auto transform, definitions.Get(name));
  if (transform.candidate) return transform.candidate;
  if (transform.definition) return transform.definition;
  return Error(Code::kConflict, "the transform does not load: " + transform.load_error->message())
      .At(transform.load_error->where());
}

}  // namespace

Result<http::Response> PreviewResource::Show(http::Request& request) {
  TARN_ASSIGN(const auto body, request.Json());
  TARN_ASSIGN(const auto wanted, ReadRequest(body));
  TARN_ASSIGN(const auto definition, Loaded(definitions_, request.PathParameter("name")));
  const auto slot = slots_.TryTake();
  if (!slot) return TooMany();
  TARN_ASSIGN(const auto result, preview_.Run(*definition, wanted, request.cancelled));
  // The rows are rendered already, and may be many.
  std::string text = tarn::json::Dump(ResultJson(result));
  text.pop_back();
  http::Response response =
      http::Response::Text(200, text + ",\"rows\":" + result.rows + "}", "application/json");
  return response;
}

Result<http::Response> PreviewResource::Test(http::Request& request) {
  TARN_ASSIGN(const auto definition, Loaded(definitions_, request.PathParameter("name")));
  const auto slot = slots_.TryTake();
  if (!slot) return TooMany();
  const auto wanted = request.Query("test");
  json outcomes = json::array();
  int64_t failed = 0;
  for (const ModelTest& test : definition->tests) {
    if (wanted && test.name != *wanted) continue;
    TARN_ASSIGN(const TestOutcome outcome, tests_.Run(*definition, test, request.cancelled));
    failed += !outcome.passed();
    outcomes.push_back(outcome.ToJson());
  }
  if (wanted && outcomes.empty())
    return Error(Code::kNotFound, "the transform has no test " + *wanted).At("query:test");
  const auto passed = static_cast<int64_t>(outcomes.size()) - failed;
  return http::Response::Json(
      200, {{"transform", definition->name}, {"passed", passed}, {"failed", failed}, {"tests", outcomes}});
}

}  // namespace tarn::transform
