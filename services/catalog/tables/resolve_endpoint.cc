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

struct Question {
  std::vector<TableName> names;
  int64_t min_sequence = 0;
};

Result<Question> FromProtobuf(const std::string& body) {
  v1::ResolveTablesRequest message;
  if (!message.ParseFromString(body)) {
    return Error(Code::kInvalidArgument, "the body is not a tarn.v1.ResolveTablesRequest message");
  }
  Question question;
  question.min_sequence = message.min_sequence();
  for (const v1::TableName& name : message.names())
    question.names.push_back({name.database(), name.table()});
  return question;
}

Result<Question> FromJson(const http::Request& request) {
  TARN_ASSIGN(const nlohmann::json body, request.Json());
  json::ObjectReader reader(body);
  const nlohmann::json* array = reader.OptionalArray("names");
  if (!array) reader.Fail("names", "the member is required: an array of {\"database\", \"table\"}");
  Question question;
  question.min_sequence = reader.OptionalInteger("min_sequence").value_or(0);
  if (question.min_sequence < 0) reader.Fail("min_sequence", "must not be negative");
  TARN_TRY(reader.Finish());
  for (size_t i = 0; i < array->size(); ++i) {
    json::ObjectReader name((*array)[i], "/names/" + std::to_string(i));
    question.names.push_back({name.RequiredString("database"), name.RequiredString("table")});
    TARN_TRY(name.Finish());
  }
  return question;
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

std::vector<TableRef> Current(const std::vector<TableName>& names) {
  std::vector<TableRef> tables;
  for (const TableName& name : names) tables.push_back({name});
  return tables;
}

http::Response NotCrawledYet(int64_t sequence) {
  auto response = http::Response::Problem(
      Error(Code::kUnavailable, "the catalog has not crawled yet what was committed up to event " +
                                    std::to_string(sequence) + "; try again"));
  response.headers.Set("Retry-After", "1");
  return response;
}

}  // namespace

bool ResolveEndpoint::Crawled(int64_t sequence, std::stop_token cancelled) {
  if (sequence <= 0) return true;
  const bool may_wait = waiting_.fetch_add(1) < kMaxWaiting;
  const bool crawled = may_wait && wait_until_crawled_(sequence, std::move(cancelled));
  waiting_.fetch_sub(1);
  return crawled;
}

Result<http::Response> ResolveEndpoint::operator()(http::Request& request) {
  const bool protobuf_in = IsProtobuf(request);
  const auto offers = protobuf_in ? std::vector<std::string>{kProtobuf, "application/json"}
                                  : std::vector<std::string>{"application/json", kProtobuf};
  const auto chosen = http::Negotiate(request.Header("accept"), offers);
  if (!chosen)
    return Error(Code::kInvalidArgument, "the answer comes as application/x-protobuf or application/json")
        .At("header:Accept");

  TARN_ASSIGN(auto question, protobuf_in ? FromProtobuf(request.body) : FromJson(request));
  auto& names = question.names;
  if (names.size() > kMaxNames) {
    return Error(Code::kInvalidArgument, "at most " + std::to_string(kMaxNames) + " names at once; got " +
                                             std::to_string(names.size()))
        .At("/names");
  }
  for (TableName& name : names) name = {FoldCase(name.database), FoldCase(name.table)};
  if (!Crawled(question.min_sequence, request.cancelled)) return NotCrawledYet(question.min_sequence);
  TARN_ASSIGN(const auto snapshots, tables_.Resolve(Current(names)));
  if (offers[*chosen] == kProtobuf) return ProtobufResponse(names, snapshots);
  return JsonResponse(names, snapshots);
}

}  // namespace tarn::catalog
