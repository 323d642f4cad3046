#include "services/transform/transforms/definition_yaml.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "common/config/option_set.h"
#include "common/duckdb/engine.h"
#include "services/transform/transforms/mapping_reader.h"
#include "services/transform/transforms/quality_yaml.h"

namespace tarn::transform {
namespace {

Result<Input> ReadInput(const YAML::Node& node) {
  MappingReader reader(node, "input");
  Input input;
  input.bucket = reader.RequiredText("bucket");
  input.prefix = reader.Text("prefix", "");
  input.suffix = reader.Text("suffix", "");
  input.exclude_suffixes = reader.TextList("exclude_suffixes");
  input.format = reader.OneOf<Format>("format", reader.Text("format", "json"),
                                      {{"json", Format::kJson},
                                       {"ndjson", Format::kNdjson},
                                       {"csv", Format::kCsv},
                                       {"parquet", Format::kParquet}});
  TARN_TRY(reader.Finish());
  return input;
}

// "column", "column asc" or "column desc".
OrderColumn ReadOrderColumn(MappingReader& reader, const std::string& text) {
  const size_t blank = text.find(' ');
  OrderColumn order{text.substr(0, blank), false};
  if (blank == std::string::npos) return order;
  std::string direction = text.substr(text.find_last_of(' ') + 1);
  std::transform(direction.begin(), direction.end(), direction.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  if (direction != "asc" && direction != "desc")
    reader.Fail("order_by", "expected \"column [asc|desc]\", got \"" + text + "\"");
  order.descending = direction == "desc";
  return order;
}

void CheckMode(MappingReader& reader, const Output& output) {
  if (output.mode == Mode::kMerge) {
    if (output.key.empty()) reader.Fail("key", "mode merge needs a key");
    if (output.order_by.empty())
      reader.Fail("order_by", "mode merge needs an order: which row of a key stays");
    return;
  }
  if (!output.key.empty()) reader.Fail("key", "only mode merge has a key");
  if (!output.order_by.empty()) reader.Fail("order_by", "only mode merge has an order");
}

Result<Output> ReadOutput(const YAML::Node& node, const std::string& path) {
  MappingReader reader(node, path);
  Output output;
  const std::string table = reader.RequiredText("table");
  const size_t dot = table.find('.');
  output.database = table.substr(0, dot);
  output.table = dot == std::string::npos ? "" : table.substr(dot + 1);
  if (!IsDefinitionName(output.database) || !IsDefinitionName(output.table)) {
    reader.Fail("table", std::string("expected \"<database>.<table>\"; ") + kNameRule);
  }
  output.model = reader.RequiredText("model");
  output.format = reader.OneOf<Format>("format", reader.Text("format", "parquet"),
                                       {{"parquet", Format::kParquet}, {"csv", Format::kCsv}});
  output.mode =
      reader.OneOf<Mode>("mode", reader.RequiredText("mode"),
                         {{"append", Mode::kAppend}, {"replace", Mode::kReplace}, {"merge", Mode::kMerge}});
  output.key = reader.TextList("key");
  for (const std::string& text : reader.TextList("order_by"))
    output.order_by.push_back(ReadOrderColumn(reader, text));
  output.columns = reader.TextList("columns");
  TARN_ASSIGN(output.quality, ReadQuality(reader));
  CheckMode(reader, output);
  TARN_TRY(reader.Finish());
  return output;
}

Result<std::vector<Output>> ReadOutputs(MappingReader& reader) {
  std::vector<Output> outputs;
  const auto list = reader.Sequence("outputs");
  if (!list || list->size() == 0)
    reader.Fail("outputs", "\"outputs\" is missing or empty");
  else
    for (size_t i = 0; i < list->size(); ++i) {
      TARN_ASSIGN(auto output, ReadOutput((*list)[i], "outputs[" + std::to_string(i) + "]"));
      outputs.push_back(std::move(output));
    }
  return outputs;
}

Result<std::vector<Count>> ReadCounts(MappingReader& reader) {
  std::vector<Count> counts;
  const auto mapping = reader.Mapping("counts");
  if (!mapping) return counts;
  MappingReader values(*mapping, "counts");
  for (const auto& entry : *mapping) {
    const std::string name = entry.first.Scalar();
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
  for (const auto& entry : *mapping) {
    const std::string name = entry.first.Scalar();
    const std::string text = values.Text(name, "");
    // A quoted scalar ("!" is its tag) is a text even if it looks like a number.
    const bool plain_number = entry.second.Tag() != "!" && IsNumber(text);
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
  if (const auto input = reader.Mapping("input")) {
    TARN_ASSIGN(definition.input, ReadInput(*input));
  } else {
    reader.Fail("input", "\"input\" is missing");
  }
  TARN_ASSIGN(definition.outputs, ReadOutputs(reader));
  TARN_ASSIGN(definition.counts, ReadCounts(reader));
  TARN_ASSIGN(definition.parameters, ReadParameters(reader));
  TARN_ASSIGN(definition.batch, ReadBatch(reader));
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
