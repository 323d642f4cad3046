#include "services/transform/transforms/definition_json.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace tarn::transform {
namespace {

using nlohmann::json;

json CsvToJson(const CsvDialect& csv) {
  json shown = json::object();
  if (csv.delimiter) shown["delimiter"] = *csv.delimiter;
  if (csv.quote) shown["quote"] = *csv.quote;
  if (csv.escape) shown["escape"] = *csv.escape;
  if (csv.header) shown["header"] = *csv.header;
  if (csv.null_text) shown["null"] = *csv.null_text;
  return shown;
}

json OnSuccessToJson(const OnSuccess& action) {
  switch (action.kind) {
    case OnSuccess::Kind::kKeep:
      return "keep";
    case OnSuccess::Kind::kTag:
      return {{"tag", action.tags}};
    case OnSuccess::Kind::kMove:
      return {{"move", {{"bucket", action.bucket}, {"prefix", action.prefix}}}};
  }
  return nullptr;
}

json InputToJson(const Input& input) {
  json columns = json::array();
  for (const DeclaredColumn& column : input.columns)
    columns.push_back({{"name", column.name}, {"type", column.type}});
  json shown = {{"name", input.name},
                {"bucket", input.bucket},
                {"prefix", input.prefix},
                {"suffix", input.suffix},
                {"exclude_suffixes", input.exclude_suffixes},
                {"format", FormatName(input.format)},
                {"compression", CompressionName(input.compression)},
                {"columns", columns},
                {"on_type_change", TypeChangeName(input.type_change)},
                {"on_success", OnSuccessToJson(input.on_success)}};
  if (input.format == Format::kCsv) shown["csv"] = CsvToJson(input.csv);
  return shown;
}

json QualityToJson(const QualityRules& quality) {
  json rules = json::array();
  for (const dqdl::Rule& rule : quality.ruleset.rules) rules.push_back(rule.text);
  return {
      {"severity", SeverityName(quality.severity)},
      {"rows",
       quality.scope == RuleScope::kNew || quality.severity == Severity::kQuarantine ? "new" : "published"},
      {"rules", rules}};
}

json OrderToJson(const std::vector<OrderColumn>& order) {
  json shown = json::array();
  for (const OrderColumn& column : order)
    shown.push_back(column.column + (column.descending ? " desc" : " asc"));
  return shown;
}

json OutputToJson(const Output& output) {
  json quality = json::array();
  for (const QualityRules& rules : output.quality) quality.push_back(QualityToJson(rules));
  json shown = {{"table", output.TableName()},
                {"model", output.model},
                {"format", FormatName(output.format)},
                {"mode", ModeName(output.mode)},
                {"key", output.key},
                {"order_by", OrderToJson(output.order_by)},
                {"columns", output.columns},
                {"partition_by", output.partition_by},
                {"sort_by", OrderToJson(output.sort_by)},
                {"compression", CompressionName(output.compression)},
                {"compact", nullptr},
                {"quality", quality}};
  if (output.format == Format::kParquet) shown["row_group_size"] = output.row_group_size;
  if (output.compact)
    shown["compact"] = {{"target_size_bytes", output.compact->target_bytes},
                        {"min_files", output.compact->min_files}};
  return shown;
}

json ModelToJson(const Model& model) {
  return {{"name", model.name},
          {"file", model.file},
          {"hash", model.hash},
          {"refs", model.sql.Arguments(TemplateMark::Kind::kRef)},
          {"depends_on", DependenciesOf(model.sql)},
          {"sql", model.sql.text()}};
}

json TriggersToJson(const Triggers& triggers) {
  return {{"events", triggers.events},
          {"schedule", triggers.schedule ? triggers.schedule->ToJson() : json()},
          {"upstream", triggers.upstream}};
}

// How rows flow: from what a model reads to the model, and from a model to the tables made of it.
json GraphToJson(const Definition& definition) {
  json graph = json::array();
  for (const Model& model : definition.models) {
    for (const std::string& read : DependenciesOf(model.sql))
      graph.push_back({{"from", read}, {"to", model.name}});
  }
  for (const Output& output : definition.outputs)
    graph.push_back({{"from", output.model}, {"to", "output " + output.TableName()}});
  return graph;
}

template <class Items, class Show>
json ListToJson(const Items& items, Show show) {
  json list = json::array();
  for (const auto& item : items) list.push_back(show(item));
  return list;
}

}  // namespace

std::vector<std::string> DependenciesOf(const Template& sql) {
  std::vector<std::string> names;
  for (const TemplateMark& mark : sql.Marks()) {
    if (mark.kind == TemplateMark::Kind::kInput)
      names.push_back(mark.argument.empty() ? "input" : "input " + mark.argument);
    if (mark.kind == TemplateMark::Kind::kTable) names.push_back("table " + mark.argument);
    if (mark.kind == TemplateMark::Kind::kRef) names.push_back(mark.argument);
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

json DefinitionToJson(const Definition& definition) {
  json counts = json::object();
  for (const Count& count : definition.counts) counts[count.name] = count.sql.text();
  const Batch& batch = definition.batch;
  return {{"hash", definition.hash},
          {"inputs", ListToJson(definition.inputs, InputToJson)},
          {"models", ListToJson(definition.models, ModelToJson)},
          {"outputs", ListToJson(definition.outputs, OutputToJson)},
          {"graph", GraphToJson(definition)},
          {"counts", counts},
          {"params", definition.parameters},
          {"triggers", TriggersToJson(definition.triggers)},
          {"batch",
           {{"max_objects", batch.max_objects},
            {"max_bytes", batch.max_bytes},
            {"max_wait_ms", batch.max_wait.count()}}},
          {"tests", ListToJson(definition.tests, [](const ModelTest& test) { return json(test.name); })}};
}

}  // namespace tarn::transform
