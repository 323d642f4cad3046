#include "services/transform/transforms/inputs_yaml.h"

#include <algorithm>

#include "services/transform/transforms/definition_yaml.h"

namespace tarn::transform {
namespace {

constexpr size_t kMaxInputs = 50;
constexpr size_t kMaxColumns = 2'000;

std::optional<std::string> ReadMark(MappingReader& reader, const char* key, size_t min, size_t max) {
  if (!reader.Has(key)) return std::nullopt;
  const std::string mark = reader.Text(key, "");
  if (mark.size() < min || mark.size() > max)
    reader.Fail(key, max == 1 ? "expected one character" : "expected 1 to 4 characters");
  return mark;
}

Result<CsvDialect> ReadCsv(MappingReader& input, Format format) {
  CsvDialect csv;
  const auto mapping = input.Mapping("csv");
  if (!mapping) return csv;
  if (format != Format::kCsv) input.Fail("csv", "only the format csv has these settings; leave the key out");
  MappingReader reader(*mapping, input.PathTo("csv"));
  csv.delimiter = ReadMark(reader, "delimiter", 1, 4);
  csv.quote = ReadMark(reader, "quote", 0, 1);
  csv.escape = ReadMark(reader, "escape", 0, 1);
  if (reader.Has("header")) csv.header = reader.Boolean("header", true);
  if (reader.Has("null")) csv.null_text = reader.Text("null", "");
  TARN_TRY(reader.Finish());
  return csv;
}

Result<std::vector<DeclaredColumn>> ReadColumns(MappingReader& input) {
  std::vector<DeclaredColumn> columns;
  if (input.IsText("columns", "infer")) return columns;
  const auto mapping = input.Mapping("columns");
  if (!mapping) return columns;
  if (mapping->size() == 0 || mapping->size() > kMaxColumns)
    input.Fail("columns", "expected 1 to " + std::to_string(kMaxColumns) + " columns, or infer");
  MappingReader reader(*mapping, input.PathTo("columns"));
  for (const std::string& name : reader.Keys()) {
    columns.push_back({name, reader.RequiredText(name)});
    if (name.starts_with("object_"))
      reader.Fail(name, "names that begin with object_ stand for facts of the object; rename the column");
  }
  TARN_TRY(reader.Finish());
  return columns;
}

Status ReadTags(MappingReader& action, std::map<std::string, std::string>& tags) {
  const auto mapping = action.Mapping("tag");
  if (!mapping) return Ok();
  if (mapping->size() == 0 || mapping->size() > 10) action.Fail("tag", "expected 1 to 10 tags");
  MappingReader reader(*mapping, action.PathTo("tag"));
  for (const std::string& key : reader.Keys()) {
    tags[key] = reader.Text(key, "");
    if (key.empty() || key.size() > 128 || tags[key].size() > 256)
      reader.Fail(key, "a tag's key has 1 to 128 characters, its value up to 256");
  }
  return reader.Finish();
}

Status ReadMove(MappingReader& action, OnSuccess& on_success) {
  const auto mapping = action.Mapping("move");
  if (!mapping) return Ok();
  MappingReader reader(*mapping, action.PathTo("move"));
  on_success.bucket = reader.RequiredText("bucket");
  on_success.prefix = reader.Text("prefix", "");
  return reader.Finish();
}

Result<OnSuccess> ReadOnSuccess(MappingReader& input) {
  OnSuccess on_success;
  if (input.IsText("on_success", "keep")) return on_success;
  const auto mapping = input.Mapping("on_success");
  if (!mapping) return on_success;
  MappingReader reader(*mapping, input.PathTo("on_success"));
  const bool tags = reader.Has("tag"), moves = reader.Has("move");
  if (tags == moves) input.Fail("on_success", "expected keep, {tag: {...}} or {move: {bucket, prefix}}");
  on_success.kind = tags ? OnSuccess::Kind::kTag : OnSuccess::Kind::kMove;
  TARN_TRY(ReadTags(reader, on_success.tags));
  TARN_TRY(ReadMove(reader, on_success));
  TARN_TRY(reader.Finish());
  return on_success;
}

Compression ReadCompression(MappingReader& reader, Format format) {
  const auto compression = reader.OneOf<Compression>("compression", reader.Text("compression", "auto"),
                                                     {{"auto", Compression::kAuto},
                                                      {"none", Compression::kNone},
                                                      {"gzip", Compression::kGzip},
                                                      {"zstd", Compression::kZstd}});
  if (format != Format::kParquet) return compression;
  if (compression == Compression::kGzip || compression == Compression::kZstd)
    reader.Fail("compression", "a Parquet file says itself how it is packed; leave the key out");
  return Compression::kNone;
}

Result<Input> ReadInput(const YAML::Node& node, const std::string& path, bool named) {
  MappingReader reader(node, path);
  Input input;
  if (named) {
    input.name = reader.RequiredText("name");
    if (!IsDefinitionName(input.name)) reader.Fail("name", kNameRule);
  }
  input.bucket = reader.RequiredText("bucket");
  input.prefix = reader.Text("prefix", "");
  input.suffix = reader.Text("suffix", "");
  input.exclude_suffixes = reader.TextList("exclude_suffixes");
  input.format = reader.OneOf<Format>("format", reader.Text("format", "json"),
                                      {{"json", Format::kJson},
                                       {"ndjson", Format::kNdjson},
                                       {"csv", Format::kCsv},
                                       {"parquet", Format::kParquet}});
  input.compression = ReadCompression(reader, input.format);
  TARN_ASSIGN(input.csv, ReadCsv(reader, input.format));
  TARN_ASSIGN(input.columns, ReadColumns(reader));
  input.type_change = reader.OneOf<TypeChange>(
      "on_type_change", reader.Text("on_type_change", "fail"),
      {{"fail", TypeChange::kFail}, {"widen", TypeChange::kWiden}, {"quarantine", TypeChange::kQuarantine}});
  TARN_ASSIGN(input.on_success, ReadOnSuccess(reader));
  TARN_TRY(reader.Finish());
  return input;
}

}  // namespace

Result<std::vector<Input>> ReadInputs(MappingReader& root) {
  std::vector<Input> inputs;
  const auto single = root.Mapping("input");
  const auto list = root.Sequence("inputs");
  if (single && list) root.Fail("inputs", "there is \"input\" already; put all inputs into this list");
  if (single) {
    TARN_ASSIGN(auto input, ReadInput(*single, "input", false));
    inputs.push_back(std::move(input));
  }
  if (!list) return inputs;
  if (list->size() > kMaxInputs) {
    root.Fail("inputs", "at most " + std::to_string(kMaxInputs) + " inputs");
    return inputs;
  }
  for (size_t i = 0; i < list->size(); ++i) {
    const std::string path = "inputs[" + std::to_string(i) + "]";
    TARN_ASSIGN(auto input, ReadInput((*list)[i], path, true));
    const bool again = std::any_of(inputs.begin(), inputs.end(),
                                   [&](const Input& other) { return other.name == input.name; });
    if (again) root.Fail("inputs", "two inputs have the name " + input.name);
    inputs.push_back(std::move(input));
  }
  return inputs;
}

}  // namespace tarn::transform
