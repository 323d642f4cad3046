#include "services/extract/sources/source_file.h"

#include <nlohmann/json.hpp>

#include "common/config/option_set.h"
#include "common/json/json.h"
#include "common/pipelines/pipelines.h"
#include "common/yaml/yaml_document.h"

namespace tarn::extract {
namespace {

/// Reads a positive duration, if it is there.
void ReadDuration(json::ObjectReader& reader, std::string_view name, std::chrono::milliseconds& target) {
  const auto text = reader.OptionalString(name);
  if (!text) return;
  const auto duration = config::ParseDuration(*text);
  if (!duration.ok()) return reader.Fail(name, duration.error().message());
  if (duration->count() <= 0) return reader.Fail(name, "must be more than nothing");
  target = *duration;
}

void ReadInteger(json::ObjectReader& reader, std::string_view name, int64_t least, int64_t greatest,
                 int64_t& target) {
  const auto value = reader.OptionalInteger(name);
  if (!value) return;
  if (*value < least || *value > greatest) {
    return reader.Fail(name, "expected " + std::to_string(least) + " to " + std::to_string(greatest));
  }
  target = *value;
}

Result<SourceLimits> ParseLimits(const nlohmann::json& json_limits) {
  SourceLimits limits;
  json::ObjectReader reader(json_limits, "/limits");
  ReadInteger(reader, "requests", 1, 1'000'000, limits.requests);
  ReadDuration(reader, "per", limits.per);
  ReadInteger(reader, "concurrency", 1, 64, limits.concurrency);
  ReadInteger(reader, "breaker_failures", 0, 10'000, limits.breaker_failures);
  ReadDuration(reader, "breaker_pause", limits.breaker_pause);
  TARN_TRY(reader.Finish());
  return limits;
}

void ReadCompression(json::ObjectReader& reader, Compression& compression) {
  const auto name = reader.OptionalString("compression");
  if (!name || *name == "none") return;
  if (*name != "gzip") return reader.Fail("compression", "expected none or gzip, got: " + *name);
  compression = Compression::kGzip;
}

Status ExpandIn(nlohmann::json& value, const std::string& pointer, std::vector<secrets::Secret>& taken) {
  if (value.is_string()) {
    auto expanded = pipelines::ExpandEnvironment(value.get_ref<const std::string&>(), taken);
    if (!expanded.ok()) return Error(expanded.error().code(), expanded.error().message()).At(pointer);
    value = *std::move(expanded);
  } else if (value.is_object()) {
    for (auto& [key, member] : value.items()) TARN_TRY(ExpandIn(member, pointer + "/" + key, taken));
  } else if (value.is_array()) {
    for (size_t i = 0; i < value.size(); ++i)
      TARN_TRY(ExpandIn(value[i], pointer + "/" + std::to_string(i), taken));
  }
  return Ok();
}

}  // namespace

Result<SourceFile> ParseSourceFile(const std::string& text) {
  TARN_ASSIGN(const nlohmann::json document, yaml::ParseYaml(text));
  return ReadSourceDefinition(document);
}

Result<SourceFile> ReadSourceDefinition(const nlohmann::json& document) {
  SourceFile file;
  json::ObjectReader reader(document);
  file.connector = reader.RequiredString("connector");
  if (const nlohmann::json* options = reader.OptionalObject("options")) file.options = *options;
  const nlohmann::json* limits = reader.OptionalObject("limits");
  ReadCompression(reader, file.compression);
  const nlohmann::json* schedule = reader.OptionalAny("schedule");
  TARN_TRY(reader.Finish());
  if (limits) {
    TARN_ASSIGN(file.limits, ParseLimits(*limits));
  }
  if (schedule) {
    TARN_ASSIGN(file.schedule, schedule::Schedule::Parse(*schedule, "/schedule"));
  }
  file.document = document;
  file.document.erase("schedule");
  return file;
}

Result<nlohmann::json> ExpandOptions(const nlohmann::json& options) {
  std::vector<secrets::Secret> taken;
  return ExpandOptions(options, taken);
}

Result<nlohmann::json> ExpandOptions(const nlohmann::json& options, std::vector<secrets::Secret>& taken) {
  nlohmann::json expanded = options;
  TARN_TRY(ExpandIn(expanded, "/options", taken));
  return expanded;
}

}  // namespace tarn::extract
