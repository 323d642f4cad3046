#include "services/transform/runs/input_columns.h"

#include <nlohmann/json.hpp>

#include "common/json/json.h"
#include "services/transform/runs/manifest.h"

namespace tarn::transform {

std::string InputColumnsKey(const std::string& transform) {
  return kPrivatePrefix + transform + "/input-columns.json";
}

Result<InputColumns> ReadInputColumns(object_store::ObjectStore& store, const std::string& transform) {
  const std::string key = InputColumnsKey(transform);
  const auto text = store.GetAll(kPublishBucket, key);
  if (!text.ok() && text.error().code() == Code::kNotFound) return InputColumns();
  if (!text.ok()) return text.error();
  InputColumns columns;
  try {
    TARN_ASSIGN(const auto value, json::Parse(*text));
    for (const auto& [input, list] : value.items()) {
      for (const auto& column : list) columns[input].push_back({column.at("name"), column.at("type")});
    }
  } catch (const nlohmann::json::exception&) {
    return Error(
               Code::kUnprocessable,
               "the columns of the last run's inputs cannot be read; delete the object to find them out anew")
        .At(std::string(kPublishBucket) + "/" + key);
  }
  return columns;
}

std::string RenderInputColumns(const InputColumns& columns) {
  nlohmann::json value = nlohmann::json::object();
  for (const auto& [input, list] : columns) {
    auto& rendered = value[input] = nlohmann::json::array();
    for (const duckdb::Column& column : list)
      rendered.push_back({{"name", column.name}, {"type", column.type}});
  }
  return json::Dump(value);
}

}  // namespace tarn::transform
