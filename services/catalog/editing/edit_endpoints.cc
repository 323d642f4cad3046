#include "services/catalog/editing/edit_endpoints.h"

#include <nlohmann/json.hpp>

#include "services/catalog/overlay/apply_edits.h"

namespace tarn::catalog {
namespace {

using nlohmann::json;

TableName TableIn(const http::Request& request) {
  return {request.PathParameter("database"), request.PathParameter("table")};
}

json ColumnsToJson(const TableEdits& edits) {
  json columns = json::object();
  for (const ColumnEdit& edit : edits.columns) {
    json& column = columns[edit.found_name] = json::object();
    if (edit.name) column["name"] = *edit.name;
    if (edit.type) column["type"] = *edit.type;
    if (edit.comment) column["comment"] = *edit.comment;
  }
  return columns;
}

json DeclaredToJson(const TableEdits& edits) {
  json declared = json::array();
  for (const DeclaredColumn& column : edits.declared) {
    declared.push_back({{"name", column.name},
                        {"type", column.type},
                        {"comment", column.comment},
                        {"partition_key", column.partition_key}});
  }
  return declared;
}

json SetAsideToJson(const std::vector<EditSetAside>& all) {
  json array = json::array();
  for (const EditSetAside& edit : all) {
    array.push_back(
        {{"column", edit.column}, {"member", edit.member}, {"wanted", edit.wanted}, {"reason", edit.reason}});
  }
  return array;
}

}  // namespace

Result<http::Response> EditEndpoints::PutDatabase(http::Request& request) {
  TARN_ASSIGN(const json body, request.Json());
  TARN_ASSIGN(const auto condition, Precondition::Of(request));
  TARN_ASSIGN(const Author author, AuthorOf(request));
  TARN_ASSIGN(const bool created, databases_.Put(request.PathParameter("database"), body, condition, author));
  TARN_ASSIGN(auto response, show_database_(request));
  if (created) response.status = 201;
  return response;
}

Result<http::Response> EditEndpoints::PatchDatabase(http::Request& request) {
  TARN_ASSIGN(const json body, request.Json());
  TARN_ASSIGN(const auto condition, Precondition::Of(request));
  TARN_ASSIGN(const Author author, AuthorOf(request));
  TARN_TRY(databases_.Patch(request.PathParameter("database"), body, condition, author));
  return show_database_(request);
}

Result<http::Response> EditEndpoints::DeleteDatabase(http::Request& request) {
  TARN_ASSIGN(const auto condition, Precondition::Of(request));
  TARN_TRY(databases_.Delete(request.PathParameter("database"), condition));
  return http::Response::NoContent();
}

Result<http::Response> EditEndpoints::PutTable(http::Request& request) {
  TARN_ASSIGN(const json body, request.Json());
  TARN_ASSIGN(const auto condition, Precondition::Of(request));
  TARN_ASSIGN(const Author author, AuthorOf(request));
  TARN_ASSIGN(const TableDeclaration declaration, ReadDeclaration(body));
  TARN_ASSIGN(const bool created,
              declarer_.Put(TableIn(request), declaration, body.dump(), condition, author));
  TARN_ASSIGN(auto response, show_table_(request));
  if (created) response.status = 201;
  return response;
}

Result<http::Response> EditEndpoints::PatchTable(http::Request& request) {
  TARN_ASSIGN(const json body, request.Json());
  TARN_ASSIGN(const auto condition, Precondition::Of(request));
  TARN_ASSIGN(const Author author, AuthorOf(request));
  TARN_ASSIGN(const TablePatch patch, TablePatch::Read(body));
  TARN_TRY(tables_.Edit(TableIn(request), patch, body.dump(), condition, author));
  return show_table_(request);
}

Result<http::Response> EditEndpoints::DeleteTable(http::Request& request) {
  TARN_ASSIGN(const auto condition, Precondition::Of(request));
  TARN_ASSIGN(const Author author, AuthorOf(request));
  TARN_ASSIGN(const Table table, reader_.GetTable(TableIn(request)));
  TARN_TRY(declarer_.Drop(table.name, !table.edits.declared.empty(), condition, author));
  return http::Response::NoContent();
}

Result<http::Response> EditEndpoints::Edits(http::Request& request) {
  TARN_ASSIGN(const Table table, reader_.GetTable(TableIn(request)));
  json body = {{"description", table.edits.description},
               {"owner", table.edits.owner},
               {"parameters", table.edits.parameters},
               {"columns", ColumnsToJson(table.edits)},
               {"set_aside", SetAsideToJson(FindSetAside(table.columns, table.edits))}};
  if (!table.edits.declared.empty()) body["declared"] = DeclaredToJson(table.edits);
  auto response = http::Response::Json(200, body);
  response.headers.Set("ETag", EntityTag(table.version));
  return response;
}

}  // namespace tarn::catalog
