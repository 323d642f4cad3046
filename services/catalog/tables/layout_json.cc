#include "services/catalog/tables/layout_json.h"

#include <nlohmann/json.hpp>

#include "common/json/json.h"

namespace tarn::catalog {
namespace {

using nlohmann::json;

Error Damaged(const char* what) {
  return Error(Code::kInternal, std::string("the catalog's record of a ") + what + " is damaged");
}

std::vector<Column> ColumnsFromJson(const json& value) {
  std::vector<Column> columns;
  for (const json& column : value) {
    columns.push_back({column.at("name"), column.at("type"), column.at("partition_key"),
                       column.value("id", 0), column.value("comment", ""),
                       column.value("file_names", std::vector<std::string>()), column.value("found_type", ""),
                       column.value("field_id", int64_t{-1})});
  }
  return columns;
}

CsvDialect DialectFromJson(const json& value) {
  return {value.at("delimiter"),
          value.at("quote"),
          value.at("escape"),
          value.at("has_header"),
          value.at("skip_lines"),
          value.value("comment", ""),
          value.value("encoding", "utf-8"),
          value.value("short_rows", false),
          value.value("formats", std::vector<std::string>()),
          value.value("pattern", ""),
          value.value("skip_unmatched", false)};
}

decoding::Decoding DecodingFromJson(const json& value) {
  return {value.at("compression"), value.at("encoding"), value.at("footer_lines")};
}

// Runs `read` on the parsed text; what does not fit its expectations is damage.
template <class Read>
auto Load(std::string_view text, const char* what, Read read) -> Result<decltype(read(json()))> {
  const auto value = json::parse(text, nullptr, false);
  if (value.is_discarded()) return Damaged(what);
  try {
    return read(value);
  } catch (const json::exception&) {
    return Damaged(what);
  }
}

}  // namespace

const char* FormatName(FileFormat format) {
  switch (format) {
    case FileFormat::kParquet:
      return "parquet";
    case FileFormat::kCsv:
      return "csv";
    case FileFormat::kJson:
      return "json";
  }
  return "parquet";
}

json ColumnsToJson(const std::vector<Column>& columns) {
  json array = json::array();
  for (const Column& column : columns) {
    json value = {{"name", column.name}, {"type", column.type}, {"partition_key", column.partition_key}};
    if (column.id != 0) value["id"] = column.id;
    if (!column.comment.empty()) value["comment"] = column.comment;
    if (!column.file_names.empty()) value["file_names"] = column.file_names;
    if (!column.found_type.empty()) value["found_type"] = column.found_type;
    if (column.field_id >= 0) value["field_id"] = column.field_id;
    array.push_back(std::move(value));
  }
  return array;
}

json DialectToJson(const CsvDialect& dialect) {
  json value = {{"delimiter", dialect.delimiter},
          {"quote", dialect.quote},
          {"escape", dialect.escape},
          {"has_header", dialect.has_header},
          {"skip_lines", dialect.skip_lines},
          {"comment", dialect.comment},
          {"encoding", dialect.encoding},
          {"short_rows", dialect.short_rows},
          {"formats", dialect.formats}};
  // Only where they say something: so equal layouts keep the text they were stored with.
  if (!dialect.pattern.empty()) value["pattern"] = dialect.pattern;
  if (dialect.skip_unmatched) value["skip_unmatched"] = true;
  return value;
}

json DecodingToJson(const decoding::Decoding& decoding) {
  return {{"compression", decoding.compression},
          {"encoding", decoding.encoding},
          {"footer_lines", decoding.footer_lines}};
}

std::string StoreLayout(const FileLayout& layout) {
  json value = {{"format", FormatName(layout.format)},
                {"columns", ColumnsToJson(layout.columns)},
                {"partition", ColumnsToJson(layout.partition)}};
  if (layout.csv) value["csv"] = DialectToJson(*layout.csv);
  if (!layout.records_path.empty()) value["records_path"] = layout.records_path;
  if (!layout.decoding.empty()) value["decoding"] = DecodingToJson(layout.decoding);
  return tarn::json::Dump(value);
}

std::string StoreColumns(const std::vector<Column>& columns) {
  return tarn::json::Dump(ColumnsToJson(columns));
}

std::string StorePartition(const std::vector<PartitionValue>& values) {
  json array = json::array();
  for (const PartitionValue& value : values) array.push_back(json::array({value.key, value.value}));
  return tarn::json::Dump(array);
}

Result<FileLayout> LoadLayout(std::string_view text) {
  return Load(text, "file layout", [](const json& value) {
    FileLayout layout;
    const std::string format = value.at("format");
    layout.format = format == "csv"    ? FileFormat::kCsv
                    : format == "json" ? FileFormat::kJson
                                       : FileFormat::kParquet;
    layout.columns = ColumnsFromJson(value.at("columns"));
    layout.partition = ColumnsFromJson(value.at("partition"));
    if (value.contains("csv")) layout.csv = DialectFromJson(value.at("csv"));
    layout.records_path = value.value("records_path", std::vector<std::string>());
    if (value.contains("decoding")) layout.decoding = DecodingFromJson(value.at("decoding"));
    return layout;
  });
}

Result<std::vector<Column>> LoadColumns(std::string_view text) {
  return Load(text, "schema", ColumnsFromJson);
}

Result<std::vector<PartitionValue>> LoadPartition(std::string_view text) {
  return Load(text, "partition", [](const json& value) {
    std::vector<PartitionValue> values;
    for (const json& pair : value) values.push_back({pair.at(0), pair.at(1)});
    return values;
  });
}

}  // namespace tarn::catalog
