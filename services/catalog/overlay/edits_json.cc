#include "services/catalog/overlay/edits_json.h"

#include <nlohmann/json.hpp>

#include "common/json/json.h"

namespace tarn::catalog {
namespace {

using nlohmann::json;

std::optional<std::string> Optional(const json& value, const char* name) {
  const auto found = value.find(name);
  return found == value.end() ? std::nullopt : std::optional(found->get<std::string>());
}

json ColumnToJson(const ColumnEdit& edit) {
  json value = {{"id", edit.id}, {"found_name", edit.found_name}};
  if (edit.name) value["name"] = *edit.name;
  if (edit.type) value["type"] = *edit.type;
  if (edit.comment) value["comment"] = *edit.comment;
  return value;
}

json DeclaredToJson(const DeclaredColumn& column) {
  return {{"id", column.id},
          {"name", column.name},
          {"type", column.type},
          {"comment", column.comment},
          {"partition_key", column.partition_key}};
}

TableEdits FromJson(const json& value) {
  TableEdits edits;
  edits.description = value.at("description");
  edits.owner = value.at("owner");
  edits.parameters = value.at("parameters");
  for (const json& column : value.at("columns")) {
    edits.columns.push_back({column.at("id"), column.at("found_name"), Optional(column, "name"),
                             Optional(column, "type"), Optional(column, "comment")});
  }
  for (const json& column : value.at("declared")) {
    edits.declared.push_back({column.at("id"), column.at("name"), column.at("type"), column.at("comment"),
                              column.at("partition_key")});
  }
  return edits;
}

}  // namespace

std::string StoreEdits(const TableEdits& edits) {
  if (edits == TableEdits()) return "";
  json columns = json::array(), declared = json::array();
  for (const ColumnEdit& edit : edits.columns) columns.push_back(ColumnToJson(edit));
  for (const DeclaredColumn& column : edits.declared) declared.push_back(DeclaredToJson(column));
  return tarn::json::Dump({{"description", edits.description},
                           {"owner", edits.owner},
                           {"parameters", edits.parameters},
                           {"columns", std::move(columns)},
                           {"declared", std::move(declared)}});
}

std::string StoreParameters(const std::map<std::string, std::string>& parameters) {
  return tarn::json::Dump(parameters);
}

Result<std::map<std::string, std::string>> LoadParameters(std::string_view text) {
  const auto value = json::parse(text, nullptr, false);
  try {
    if (!value.is_discarded()) return value.get<std::map<std::string, std::string>>();
  } catch (const json::exception&) {
  }
  return Error(Code::kInternal, "the catalog's record of parameters is damaged");
}

Result<TableEdits> LoadEdits(std::string_view text) {
  if (text.empty()) return TableEdits();
  const auto value = json::parse(text, nullptr, false);
  try {
    if (!value.is_discarded()) return FromJson(value);
  } catch (const json::exception&) {
  }
  return Error(Code::kInternal, "the catalog's record of a table's edits is damaged");
}

}  // namespace tarn::catalog
