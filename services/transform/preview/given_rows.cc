#include "services/transform/preview/given_rows.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "common/json/json.h"
#include "services/transform/runs/input_relations.h"
#include "services/transform/runs/object_time.h"
#include "services/transform/transforms/relation_names.h"

namespace tarn::transform {
namespace {

using duckdb::QuoteIdentifier;
using duckdb::QuoteLiteral;
using nlohmann::json;

constexpr const char* kObjectKey = "object_key";
constexpr const char* kObjectVersion = "object_version";
constexpr const char* kObjectTime = "object_time";
constexpr const char* kDocument = "document";

// RFC 6901, since names may have any characters.
std::string PointerTo(const std::string& name) {
  std::string pointer = "/";
  for (const char c : name) {
    if (c == '~')
      pointer += "~0";
    else if (c == '/')
      pointer += "~1";
    else
      pointer += c;
  }
  return QuoteLiteral(pointer);
}

bool IsNested(const std::string& type) {
  return type.ends_with(']') || type.starts_with("STRUCT") || type.starts_with("MAP") ||
         type.starts_with("UNION");
}

std::string ValueOf(const duckdb::Column& column) {
  const std::string pointer = PointerTo(column.name);
  if (column.type == "JSON") return "CAST(nullif(r->" + pointer + ", 'null') AS JSON)";
  return "CAST(r->" + std::string(IsNested(column.type) ? "" : ">") + pointer + " AS " + column.type + ")";
}

// The SQL type of what json_group_structure says.
std::string TypeOf(const json& structure) {
  if (structure.is_array()) return structure.empty() ? "JSON[]" : TypeOf(structure.at(0)) + "[]";
  if (structure.is_object()) {
    std::string fields;
    for (const auto& [name, type] : structure.items())
      fields += (fields.empty() ? "" : ", ") + QuoteIdentifier(name) + " " + TypeOf(type);
    return fields.empty() ? "JSON" : "STRUCT(" + fields + ")";
  }
  const std::string type = structure.is_string() ? structure.get<std::string>() : "JSON";
  if (type == "UBIGINT" || type == "HUGEINT") return "BIGINT";
  return type == "NULL" ? "VARCHAR" : type;
}

std::vector<std::string> NamesIn(const json& rows) {
  std::vector<std::string> names;
  std::set<std::string> seen;
  for (const json& row : rows) {
    for (const auto& [name, value] : row.items()) {
      if (seen.insert(name).second) names.push_back(name);
    }
  }
  return names;
}

Status CheckNames(const json& rows, const std::vector<duckdb::Column>& columns) {
  std::string known;
  for (const duckdb::Column& column : columns) known += (known.empty() ? "" : ", ") + column.name;
  for (const std::string& name : NamesIn(rows)) {
    if (std::any_of(columns.begin(), columns.end(), [&](const auto& column) { return column.name == name; }))
      continue;
    return Error(Code::kInvalidArgument, "the input has no column " + name + "; it has " + known);
  }
  return Ok();
}

// Rows that say nothing of their object get one each.
json WithObjects(json rows, Timestamp now) {
  size_t number = 0;
  for (json& row : rows) {
    ++number;
    if (!row.contains(kObjectKey)) row[kObjectKey] = "test-" + std::to_string(number) + ".json";
    if (!row.contains(kObjectVersion)) row[kObjectVersion] = "test";
    if (row.contains(kObjectTime) || !row.at(kObjectKey).is_string()) continue;
    row[kObjectTime] = FormatRfc3339(ObjectTime(row.at(kObjectKey).get_ref<const std::string&>(), now));
  }
  return rows;
}

bool HasDocuments(const Input& input) {
  return input.format == Format::kJson || input.format == Format::kNdjson;
}

std::vector<duckdb::Column> DeclaredColumns(const Input& input) {
  std::vector<duckdb::Column> columns;
  for (const DeclaredColumn& column : input.columns) columns.push_back({column.name, column.type});
  return columns;
}

// The declared columns that no row gives are taken out of the documents, as they are out of objects.
std::string OutOfDocuments(const Input& input, const json& rows) {
  std::string values;
  const auto given = NamesIn(rows);
  for (const duckdb::Column& column : DeclaredColumns(input)) {
    if (std::find(given.begin(), given.end(), column.name) != given.end()) continue;
    values += ", CAST((document" + std::string(column.type == "JSON" ? "->" : "->>") +
              QuoteLiteral(JsonPathOf(column.name)) + ") AS " + column.type + ") AS " +
              QuoteIdentifier(column.name);
  }
  return values;
}

Result<std::vector<duckdb::Column>> ContentColumns(duckdb::Connection& connection, const Input& input,
                                                   const json& rows) {
  std::vector<duckdb::Column> columns = DeclaredColumns(input);
  if (HasDocuments(input)) {
    const auto given = NamesIn(rows);
    std::erase_if(columns, [&](const duckdb::Column& column) {
      return std::find(given.begin(), given.end(), column.name) == given.end();
    });
    columns.insert(columns.begin(), {kDocument, "JSON"});
    return columns;
  }
  if (!columns.empty()) return columns;
  TARN_ASSIGN(columns, InferColumns(connection, rows));
  std::erase_if(columns, [](const duckdb::Column& column) {
    return column.name == kObjectKey || column.name == kObjectVersion || column.name == kObjectTime;
  });
  return columns;
}

}  // namespace

Result<json> ParseRows(const std::string& rows) {
  TARN_ASSIGN(auto parsed, tarn::json::Parse(rows));
  const bool is_table = parsed.is_array() && std::all_of(parsed.begin(), parsed.end(),
                                                         [](const json& row) { return row.is_object(); });
  if (!is_table)
    return Error(Code::kInvalidArgument, "expected a list of rows, each a mapping of columns to values");
  return parsed;
}

std::string RowsQuery(const json& rows, const std::vector<duckdb::Column>& columns) {
  std::string values;
  for (const duckdb::Column& column : columns)
    values += (values.empty() ? "" : ", ") + ValueOf(column) + " AS " + QuoteIdentifier(column.name);
  return "SELECT " + (values.empty() ? "1" : values) + " FROM (SELECT unnest(CAST(" +
         QuoteLiteral(tarn::json::Dump(rows)) + " AS JSON[])) AS r)";
}

Result<std::vector<duckdb::Column>> InferColumns(duckdb::Connection& connection, const json& rows) {
  std::vector<duckdb::Column> columns;
  if (rows.empty()) return columns;
  TARN_ASSIGN(const auto found,
              connection.Rows("SELECT CAST(json_group_structure(r) AS VARCHAR) AS structure FROM (SELECT "
                              "unnest(CAST($1 AS JSON[])) AS r)",
                              {tarn::json::Dump(rows)}));
  TARN_ASSIGN(const auto structure,
              tarn::json::Parse(found.at(0).at("structure").get_ref<const std::string&>()));
  for (const std::string& name : NamesIn(rows)) {
    if (structure.contains(name)) columns.push_back({name, TypeOf(structure.at(name))});
  }
  return columns;
}

Status GiveInput(duckdb::Connection& connection, const Input& input, const json& rows, Timestamp now) {
  std::vector<duckdb::Column> columns = {
      {kObjectKey, "VARCHAR"}, {kObjectVersion, "VARCHAR"}, {kObjectTime, "TIMESTAMP"}};
  TARN_ASSIGN(auto content, ContentColumns(connection, input, rows));
  columns.insert(columns.end(), content.begin(), content.end());
  TARN_TRY(CheckNames(rows, columns));
  return connection.Run("CREATE TABLE " + input.Relation() + " AS SELECT *" +
                        (HasDocuments(input) ? OutOfDocuments(input, rows) : "") + " FROM (" +
                        RowsQuery(WithObjects(rows, now), columns) + ")");
}

Status GiveTable(duckdb::Connection& connection, const std::string& table, const json& rows) {
  TARN_ASSIGN(const auto columns, InferColumns(connection, rows));
  if (columns.empty())
    return Error(Code::kInvalidArgument,
                 "give at least one row of " + table + ", so that its columns are known");
  return connection.Run("CREATE TABLE " + TableRelation(table) + " AS " + RowsQuery(rows, columns));
}

}  // namespace tarn::transform
