#include "services/catalog/inference/infer_json.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "services/catalog/evolution/schema_merge.h"
#include "services/catalog/inference/evidence/evidence_json.h"

namespace tarn::catalog {
namespace {

using nlohmann::json;

json Character(char c) { return c == 0 ? json("") : json(std::string(1, c)); }

json CsvToJson(const InferredCsv& csv) {
  return {{"delimiter", csv.dialect.delimiter},
          {"quote", Character(csv.dialect.quote)},
          {"escape", Character(csv.dialect.escape)},
          {"comment", csv.dialect.comment},
          {"collapse_delimiters", csv.dialect.collapse},
          {"skip_lines", csv.skip_lines},
          {"header_lines", csv.header_lines},
          {"footer_lines", csv.footer_lines}};
}

json StatisticsJson(const ColumnStatistics& known) {
  json value = json::object();
  if (known.nulls) value["nulls"] = *known.nulls;
  if (known.min) value["min"] = *known.min;
  if (known.max) value["max"] = *known.max;
  if (known.distinct) value["distinct"] = *known.distinct;
  return value;
}

json ColumnsJson(const std::vector<InferredColumn>& columns) {
  json array = json::array();
  for (const InferredColumn& column : columns) {
    json value = {{"name", column.name}, {"type", column.type}};
    if (!column.format.empty()) value["format"] = column.format;
    if (column.statistics) value["statistics"] = StatisticsJson(*column.statistics);
    array.push_back(std::move(value));
  }
  return array;
}

json Shape(const InferredFile& file) {
  json answer = {{"format", FormatName(file.format)},
                 {"encoding", file.encoding.empty() ? json(nullptr) : json(file.encoding)},
                 {"compression", file.compression},
                 {"csv", file.csv ? CsvToJson(*file.csv) : json(nullptr)},
                 {"columns", ColumnsJson(file.columns)},
                 {"rows", file.rows},
                 {"complete", file.complete}};
  if (!file.json_layout.empty())
    answer["json"] = {{"layout", file.json_layout}, {"records_path", file.records_path}};
  return answer;
}

FileFormat CommonestFormat(const std::vector<InferredObject>& objects) {
  std::map<FileFormat, int> counts;
  for (const auto& [name, file] : objects) {
    if (file.ok()) ++counts[file->format];
  }
  return std::max_element(counts.begin(), counts.end(),
                          [](const auto& a, const auto& b) { return a.second < b.second; })
      ->first;
}

json MergedColumns(const std::vector<InferredObject>& objects, FileFormat format) {
  std::vector<LayoutUse> layouts;
  for (const auto& [name, file] : objects) {
    if (!file.ok() || file->format != format) continue;
    auto layout = std::make_shared<FileLayout>();
    for (const InferredColumn& column : file->columns) layout->columns.push_back({column.name, column.type});
    layouts.push_back({0, std::move(layout), 1});
  }
  json columns = json::array();
  const SchemaMerge merged = MergeSchemas(layouts, {}, 1, IncompatiblePolicy::kNewVersion);
  for (const Column& column : merged.columns)
    columns.push_back({{"name", column.name}, {"type", column.type}});
  return columns;
}

json ErrorJson(const Error& error) {
  json value = {{"code", CodeName(error.code())}, {"detail", error.message()}};
  if (!error.where().empty()) value["where"] = error.where();
  return value;
}

}  // namespace

json InferredFileToJson(const InferredFile& file) {
  json answer = Shape(file);
  answer["evidence"] = inference::EvidenceToJson(file.evidence);
  return answer;
}

json InferredObjectsToJson(const std::vector<InferredObject>& objects, int64_t objects_below) {
  const FileFormat format = CommonestFormat(objects);
  json answer, evidence = json::array();
  int64_t rows = 0;
  for (const auto& [name, file] : objects) {
    if (!file.ok()) {
      evidence.push_back({{"object", name}, {"error", ErrorJson(file.error())}});
      continue;
    }
    json one = inference::EvidenceToJson(file->evidence);
    one["format"] = FormatName(file->format);
    one["rows"] = file->rows;
    evidence.push_back(std::move(one));
    if (file->format != format) continue;
    if (answer.is_null()) answer = Shape(*file);
    rows += file->rows;
  }
  answer["columns"] = MergedColumns(objects, format);
  answer["rows"] = rows;
  answer["complete"] =
      answer["complete"].get<bool>() && static_cast<int64_t>(objects.size()) == objects_below;
  answer["evidence"] = {{"objects", std::move(evidence)}, {"objects_below_prefix", objects_below}};
  return answer;
}

}  // namespace tarn::catalog
