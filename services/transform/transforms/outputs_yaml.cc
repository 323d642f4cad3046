#include "services/transform/transforms/outputs_yaml.h"

#include <algorithm>

#include "services/transform/transforms/definition_yaml.h"
#include "services/transform/transforms/quality_yaml.h"

namespace tarn::transform {
namespace {

constexpr size_t kMaxOutputs = 200;

// "column", "column asc" or "column desc".
OrderColumn ReadOrderColumn(MappingReader& reader, const char* key, const std::string& text) {
  const size_t blank = text.find(' ');
  OrderColumn order{text.substr(0, blank), false};
  if (blank == std::string::npos) return order;
  std::string direction = text.substr(text.find_last_of(' ') + 1);
  std::transform(direction.begin(), direction.end(), direction.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  if (direction != "asc" && direction != "desc")
    reader.Fail(key, "expected \"column [asc|desc]\", got \"" + text + "\"");
  order.descending = direction == "desc";
  return order;
}

std::vector<OrderColumn> ReadOrder(MappingReader& reader, const char* key) {
  std::vector<OrderColumn> order;
  for (const std::string& text : reader.TextList(key)) order.push_back(ReadOrderColumn(reader, key, text));
  return order;
}

void ReadTable(MappingReader& reader, Output& output) {
  const std::string table = reader.RequiredText("table");
  const size_t dot = table.find('.');
  output.database = table.substr(0, dot);
  output.table = dot == std::string::npos ? "" : table.substr(dot + 1);
  if (!IsDefinitionName(output.database) || !IsDefinitionName(output.table))
    reader.Fail("table", std::string("expected \"<database>.<table>\"; ") + kNameRule);
}

Compression ReadCompression(MappingReader& reader, Format format) {
  const std::vector<std::pair<std::string, Compression>> parquet = {
      {"zstd", Compression::kZstd}, {"snappy", Compression::kSnappy}, {"none", Compression::kNone}};
  const std::vector<std::pair<std::string, Compression>> text = {
      {"none", Compression::kNone}, {"gzip", Compression::kGzip}, {"zstd", Compression::kZstd}};
  const bool is_parquet = format == Format::kParquet;
  return reader.OneOf<Compression>("compression", reader.Text("compression", is_parquet ? "zstd" : "none"),
                                   is_parquet ? parquet : text);
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
  if (output.mode == Mode::kReplacePartitions && output.partition_by.empty())
    reader.Fail("partition_by", "mode replace_partitions needs partitions");
}

Result<std::optional<Compaction>> ReadCompaction(MappingReader& reader, const Output& output) {
  const bool has_many_files = output.mode == Mode::kAppend || !output.partition_by.empty();
  const std::optional<Compaction> otherwise = has_many_files ? std::optional(Compaction()) : std::nullopt;
  if (reader.IsText("compact", "off")) return std::optional<Compaction>();
  const auto mapping = reader.Mapping("compact");
  if (!mapping) return otherwise;
  if (!has_many_files)
    reader.Fail("compact",
                "a table of mode " + std::string(ModeName(output.mode)) +
                    " without partitions is one file, there is nothing to compact; leave the key out");
  Compaction compaction;
  MappingReader settings(*mapping, reader.PathTo("compact"));
  compaction.target_bytes = settings.Size("target_size", compaction.target_bytes, 1 << 20, 10ll << 30);
  compaction.min_files = settings.Integer("min_files", compaction.min_files, 2, 10'000);
  TARN_TRY(settings.Finish());
  return std::optional(compaction);
}

Result<Output> ReadOutput(const YAML::Node& node, const std::string& path) {
  MappingReader reader(node, path);
  Output output;
  ReadTable(reader, output);
  output.model = reader.RequiredText("model");
  output.format = reader.OneOf<Format>(
      "format", reader.Text("format", "parquet"),
      {{"parquet", Format::kParquet}, {"csv", Format::kCsv}, {"ndjson", Format::kNdjson}});
  output.mode = reader.OneOf<Mode>("mode", reader.RequiredText("mode"),
                                   {{"append", Mode::kAppend},
                                    {"replace", Mode::kReplace},
                                    {"replace_partitions", Mode::kReplacePartitions},
                                    {"merge", Mode::kMerge}});
  output.key = reader.TextList("key");
  output.order_by = ReadOrder(reader, "order_by");
  output.columns = reader.TextList("columns");
  output.partition_by = reader.TextList("partition_by");
  output.sort_by = ReadOrder(reader, "sort_by");
  CheckMode(reader, output);
  if (output.format != Format::kParquet && reader.Has("row_group_size"))
    reader.Fail("row_group_size", "only Parquet has row groups; leave the key out");
  output.row_group_size = reader.Integer("row_group_size", output.row_group_size, 2'048, 10'000'000);
  output.compression = ReadCompression(reader, output.format);
  TARN_ASSIGN(output.compact, ReadCompaction(reader, output));
  TARN_ASSIGN(output.quality, ReadQuality(reader));
  TARN_TRY(reader.Finish());
  return output;
}

}  // namespace

Result<std::vector<Output>> ReadOutputs(MappingReader& root) {
  std::vector<Output> outputs;
  const auto list = root.Sequence("outputs");
  if (!list || list->size() == 0) {
    root.Fail("outputs", "\"outputs\" is missing or empty");
    return outputs;
  }
  if (list->size() > kMaxOutputs) {
    root.Fail("outputs", "at most " + std::to_string(kMaxOutputs) + " outputs");
    return outputs;
  }
  for (size_t i = 0; i < list->size(); ++i) {
    TARN_ASSIGN(auto output, ReadOutput((*list)[i], "outputs[" + std::to_string(i) + "]"));
    outputs.push_back(std::move(output));
  }
  return outputs;
}

}  // namespace tarn::transform
