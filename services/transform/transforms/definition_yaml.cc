#include "services/transform/transforms/definition_yaml.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "common/config/option_set.h"
#include "common/duckdb/engine.h"
#include "services/transform/transforms/inputs_yaml.h"
#include "services/transform/transforms/mapping_reader.h"
#include "services/transform/transforms/outputs_yaml.h"
#include "services/transform/transforms/tests_yaml.h"
#include "services/transform/transforms/triggers_yaml.h"

namespace tarn::transform {
namespace {

Result<std::vector<Count>> ReadCounts(MappingReader& reader) {
  std::vector<Count> counts;
  const auto mapping = reader.Mapping("counts");
  if (!mapping) return counts;
  MappingReader values(*mapping, "counts");
  for (const std::string& name : values.Keys()) {
    const std::string text = values.RequiredText(name);
    if (!IsDefinitionName(name)) values.Fail(name, kNameRule);
    if (name == kRowsQuarantined)
      values.Fail(name, "this count is what quality rules set aside; choose another name");
    auto sql = Template::Parse(text);
    if (!sql.ok()) {
      values.Fail(name, sql.error().message());
      continue;
    }
    counts.push_back({name, *std::move(sql)});
  }
  TARN_TRY(values.Finish());
  return counts;
}

bool IsNumber(const std::string& text) {
  double number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  return failure == std::errc() && end == text.data() + text.size() && std::isfinite(number);
}

Result<std::map<std::string, std::string>> ReadParameters(MappingReader& reader) {
  std::map<std::string, std::string> parameters;
  const auto mapping = reader.Mapping("params");
  if (!mapping) return parameters;
  MappingReader values(*mapping, "params");
  for (const std::string& name : values.Keys()) {
    const std::string text = values.Text(name, "");
    // A quoted scalar ("!" is its tag) is a text even if it looks like a number.
    const auto value = values.Value(name);
    const bool plain_number = value && value->Tag() != "!" && IsNumber(text);
    parameters[name] = plain_number ? text : duckdb::QuoteLiteral(text);
  }
  TARN_TRY(values.Finish());
  return parameters;
}

Result<Batch> ReadBatch(MappingReader& reader) {
  Batch batch;
  const auto mapping = reader.Mapping("batch");
  if (!mapping) return batch;
  MappingReader values(*mapping, "batch");
  batch.max_objects = values.Integer("max_objects", batch.max_objects, 1, 10'000);
  batch.max_bytes = values.Size("max_bytes", batch.max_bytes, 1, 1ll << 40);
  const auto wait = config::ParseDuration(values.Text("max_wait", "0ms"));
  if (wait.ok() && *wait <= std::chrono::hours(1))
    batch.max_wait = *wait;
  else
    values.Fail("max_wait", "expected a duration of up to 1h, like 500ms");
  TARN_TRY(values.Finish());
  return batch;
}

Result<Definition> ReadRoot(const YAML::Node& root, const std::string& folder_name) {
  MappingReader reader(root);
  Definition definition;
  definition.name = reader.RequiredText("name");
  if (definition.name != folder_name) reader.Fail("name", "must be the name of the folder, " + folder_name);
  definition.description = reader.Text("description", "");
  TARN_ASSIGN(definition.inputs, ReadInputs(reader));
  TARN_ASSIGN(definition.outputs, ReadOutputs(reader));
  TARN_ASSIGN(definition.counts, ReadCounts(reader));
  TARN_ASSIGN(definition.parameters, ReadParameters(reader));
  TARN_ASSIGN(definition.triggers, ReadTriggers(reader, !definition.inputs.empty()));
  TARN_ASSIGN(definition.batch, ReadBatch(reader));
  TARN_ASSIGN(definition.tests, ReadTests(reader));
  TARN_TRY(reader.Finish());
  return definition;
}

}  // namespace

Result<Definition> ReadDefinitionYaml(const std::string& text, const std::string& folder_name) {
  try {
    return ReadRoot(YAML::Load(text), folder_name);
  } catch (const YAML::Exception& e) {
    return Error(Code::kInvalidArgument, e.msg).At("line " + std::to_string(e.mark.line + 1));
  }
}

bool IsDefinitionName(std::string_view name) {
  const auto allowed = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
  return !name.empty() && name.size() <= 100 && name[0] >= 'a' && name[0] <= 'z' &&
         std::all_of(name.begin(), name.end(), allowed);
}

}  // namespace tarn::transform
