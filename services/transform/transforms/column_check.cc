#include "services/transform/transforms/column_check.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "services/transform/transforms/near_name.h"

namespace tarn::transform {
namespace {

using Columns = std::vector<duckdb::Column>;

std::vector<std::string> NamesOf(const Columns& columns) {
  std::vector<std::string> names;
  for (const duckdb::Column& column : columns) names.push_back(column.name);
  return names;
}

// `owner`: "the model songs".
Status CheckName(const Columns& columns, const std::string& name, const std::string& owner,
                 const std::string& place) {
  const bool known = std::any_of(columns.begin(), columns.end(),
                                 [&](const duckdb::Column& column) { return column.name == name; });
  if (known) return Ok();
  return Error(Code::kInvalidArgument, owner + " has no column " + name + DidYouMean(name, NamesOf(columns)))
      .At(place);
}

Status CheckOutput(const Output& output, const Columns& columns, const std::string& place) {
  std::vector<std::string> order, sort;
  for (const OrderColumn& column : output.order_by) order.push_back(column.column);
  for (const OrderColumn& column : output.sort_by) sort.push_back(column.column);
  const std::pair<const char*, const std::vector<std::string>&> lists[] = {
      {"key", output.key},
      {"order_by", order},
      {"columns", output.columns},
      {"partition_by", output.partition_by},
      {"sort_by", sort}};
  for (const auto& [key, names] : lists) {
    for (const std::string& name : names)
      TARN_TRY(CheckName(columns, name, "the model " + output.model, place + "." + key));
  }
  if (!output.partition_by.empty() && output.partition_by.size() >= columns.size())
    return Error(Code::kInvalidArgument, "there must be a column that no partition is made of")
        .At(place + ".partition_by");
  return Ok();
}

// Rows are JSON that ReadTests has made.
Status CheckRows(const TestRows& rows, const Columns& columns, const std::string& owner,
                 const std::string& place) {
  const auto parsed = nlohmann::json::parse(rows.rows);
  for (const auto& row : parsed) {
    for (const auto& [name, value] : row.items()) TARN_TRY(CheckName(columns, name, owner, place));
  }
  return Ok();
}

Status CheckTest(const Definition& definition, const BoundDefinition& bound, const ModelTest& test,
                 const std::string& place) {
  for (const TestRows& given : test.inputs) {
    const Input* input = definition.FindInput(given.name);
    const Columns* columns = bound.ColumnsOf(*input);
    const std::string key = given.name.empty() ? "input" : "inputs." + given.name;
    if (columns != nullptr) TARN_TRY(CheckRows(given, *columns, "the input", place + ".given." + key));
  }
  for (const TestRows& expected : test.expect) {
    const Output* output = definition.FindOutput(expected.name);
    const Model* model = definition.FindModel(expected.name);
    if (model == nullptr) model = definition.FindModel(output->model);
    const Columns* columns = bound.ColumnsOf(*model);
    if (columns != nullptr)
      TARN_TRY(CheckRows(expected, *columns, "the model " + model->name, place + ".expect." + expected.name));
  }
  return Ok();
}

}  // namespace

Status CheckColumns(const Definition& definition, const BoundDefinition& bound) {
  for (size_t i = 0; i < definition.outputs.size(); ++i) {
    const Output& output = definition.outputs[i];
    const Columns* columns = bound.ColumnsOf(*definition.FindModel(output.model));
    if (columns != nullptr) TARN_TRY(CheckOutput(output, *columns, "outputs[" + std::to_string(i) + "]"));
  }
  for (size_t i = 0; i < definition.tests.size(); ++i)
    TARN_TRY(CheckTest(definition, bound, definition.tests[i], "tests[" + std::to_string(i) + "]"));
  return Ok();
}

}  // namespace tarn::transform
