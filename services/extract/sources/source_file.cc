#include "services/extract/sources/source_file.h"

#include <nlohmann/json.hpp>

#include "common/config/option_set.h"
#include "common/json/json.h"
#include "common/pipelines/pipelines.h"
#include "services/extract/sources/yaml_document.h"

namespace tarn::extract {
namespace {

Result<std::optional<std::chrono::milliseconds>> ParseSchedule(const nlohmann::json& schedule) {
  json::ObjectReader reader(schedule, "/schedule");
  const std::string every = reader.RequiredString("every");
  TARN_TRY(reader.Finish());
  auto duration = config::ParseDuration(every);
  if (!duration.ok()) return Error(Code::kInvalidArgument, duration.error().message()).At("/schedule/every");
  if (*duration < std::chrono::seconds(1)) {
    return Error(Code::kInvalidArgument, "must be one second or more: " + every).At("/schedule/every");
  }
  return std::optional(*duration);
}

Status ExpandIn(nlohmann::json& value, const std::string& pointer) {
  if (value.is_string()) {
    auto expanded = pipelines::ExpandEnvironment(value.get_ref<const std::string&>());
    if (!expanded.ok()) return Error(expanded.error().code(), expanded.error().message()).At(pointer);
    value = *std::move(expanded);
  } else if (value.is_object()) {
    for (auto& [key, member] : value.items()) TARN_TRY(ExpandIn(member, pointer + "/" + key));
  } else if (value.is_array()) {
    for (size_t i = 0; i < value.size(); ++i) TARN_TRY(ExpandIn(value[i], pointer + "/" + std::to_string(i)));
  }
  return Ok();
}

}  // namespace

Result<SourceFile> ParseSourceFile(const std::string& text) {
  TARN_ASSIGN(const nlohmann::json document, ParseYaml(text));
  SourceFile file;
  json::ObjectReader reader(document);
  file.connector = reader.RequiredString("connector");
  if (const nlohmann::json* options = reader.OptionalObject("options")) file.options = *options;
  const nlohmann::json* schedule = reader.OptionalObject("schedule");
  TARN_TRY(reader.Finish());
  if (schedule) {
    TARN_ASSIGN(file.every, ParseSchedule(*schedule));
  }
  return file;
}

Result<nlohmann::json> ExpandOptions(const nlohmann::json& options) {
  nlohmann::json expanded = options;
  TARN_TRY(ExpandIn(expanded, "/options"));
  return expanded;
}

}  // namespace tarn::extract
