#include "services/catalog/tables/resolve_endpoint.h"

#include <nlohmann/json.hpp>

#include "common/json/json.h"
#include "services/catalog/tables/schema_merge.h"
#include "services/catalog/tables/snapshot_message.h"
#include "services/catalog/tables/table_json.h"

namespace tarn::catalog {
namespace {

constexpr const char* kProtobuf = "application/x-protobuf";
constexpr size_t kMaxNames = 1000;

Result<std::vector<TableName>> NamesFromProtobuf(const std::string& body) {
  v1::ResolveTablesRequest message;
  if (!message.ParseFromString(body)) {
    return Error(Code::kInvalidArgument, "the body is not a tarn.v1.ResolveTablesRequest message");
  }
  std::vector<TableName> names;
  for (const v1::TableName& name : message.names()) names.push_back({name.database(), name.table()});
  return names;
}

Result<std::vector<TableName>> NamesFromJson(const http::Request& request) {
  TARN_ASSIGN(const nlohmann::json body, request.Json());
  json::ObjectReader reader(body);
  const nlohmann::json* array = reader.OptionalArray("names");
  if (!array) reader.Fail("names", "the member is required: an array of {\"database\", \"table\"}");
  TARN_TRY(reader.Finish());
  std::vector<TableName> names;
  for (size_t i = 0; i < array->size(); ++i) {
    json::ObjectReader name((*array)[i], "/names/" + std::to_string(i));
    names.push_back({name.RequiredString("database"), name.RequiredString("table")});
    TARN_TRY(name.Finish());
  }
  return names;
}

Result<http::Response> ProtobufResponse(const std::vector<TableName>& names,
                                        const std::vector<std::optional<TableSnapshot>>& snapshots) {
  v1::ResolveTablesResponse message;
  for (size_t i = 0; i < names.size(); ++i) {
    v1::TableSnapshot* table = message.add_tables();
    if (snapshots[i]) {
      FillSnapshotMessage(*snapshots[i], table);
    } else {
      table->mutable_name()->set_database(names[i].database);
      table->mutable_name()->set_table(names[i].table);
    }
  }
  std::string body;
  if (!message.SerializeToString(&body))
    return Error(Code::kInternal, "the answer cannot be written as a protobuf message");
  return http::Response::Text(200, std::move(body), kProtobuf);
}

http::Response JsonResponse(const std::vector<TableName>& names,
                            const std::vector<std::optional<TableSnapshot>>& snapshots) {
  nlohmann::json tables = nlohmann::json::array();
  for (size_t i = 0; i < names.size(); ++i) {
    if (snapshots[i]) {
      tables.push_back(SnapshotToJson(*snapshots[i]));
    } else {
      tables.push_back(
          {{"found", false}, {"name", {{"database", names[i].database}, {"table", names[i].table}}}});
    }
  }
  return http::Response::Json(200, {{"tables", std::move(tables)}});
}

bool IsProtobuf(const http::Request& request) {
  return request.Header("content-type").value_or("").starts_with(kProtobuf);
}

}  // namespace

Result<http::Response> ResolveEndpoint::operator()(http::Request& request) {
  const bool protobuf_in = IsProtobuf(request);
  const auto offers = protobuf_in ? std::vector<std::string>{kProtobuf, "application/json"}
                                  : std::vector<std::string>{"application/json", kProtobuf};
  const auto chosen = http::Negotiate(request.Header("accept"), offers);
  if (!chosen)
    return Error(Code::kInvalidArgument, "the answer comes as application/x-protobuf or application/json")
        .At("header:Accept");

  TARN_ASSIGN(auto names, protobuf_in ? NamesFromProtobuf(request.body) : NamesFromJson(request));
  if (names.size() > kMaxNames) {
    return Error(Code::kInvalidArgument, "at most " + std::to_string(kMaxNames) + " names at once; got " +
                                             std::to_string(names.size()))
        .At("/names");
  }
  for (TableName& name : names) name = {FoldCase(name.database), FoldCase(name.table)};
  TARN_ASSIGN(const auto snapshots, tables_.Resolve(names));
  if (offers[*chosen] == kProtobuf) return ProtobufResponse(names, snapshots);
  return JsonResponse(names, snapshots);
}

}  // namespace tarn::catalog
