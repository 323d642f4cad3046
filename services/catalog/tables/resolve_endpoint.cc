#include "services/catalog/tables/resolve_endpoint.h"

#include <nlohmann/json.hpp>

#include "common/json/json.h"
#include "services/catalog/tables/snapshot_json.h"
#include "services/catalog/tables/snapshot_message.h"
#include "services/catalog/tables/table_request.h"

namespace tarn::catalog {
namespace {

constexpr const char* kProtobuf = "application/x-protobuf";
constexpr size_t kMaxNames = 1000;

struct Question {
  std::vector<TableRef> tables;
  int64_t min_sequence = 0;
};

Error TooManyNames(size_t count) {
  return Error(Code::kInvalidArgument,
               "at most " + std::to_string(kMaxNames) + " names at once; got " + std::to_string(count))
      .At("/names");
}

Result<Question> FromProtobuf(const std::string& body) {
  v1::ResolveTablesRequest message;
  if (!message.ParseFromString(body)) {
    return Error(Code::kInvalidArgument, "the body is not a tarn.v1.ResolveTablesRequest message");
  }
  const auto count = static_cast<size_t>(message.tables_size());
  if (count > kMaxNames) return TooManyNames(count);
  Question question;
  question.min_sequence = message.min_sequence();
  for (const v1::TableRequest& table : message.tables()) {
    TARN_ASSIGN(auto read, ReadTableRequest(table));
    question.tables.push_back(std::move(read));
  }
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
  if (array->size() > kMaxNames) return TooManyNames(array->size());
  for (size_t i = 0; i < array->size(); ++i) {
    TARN_ASSIGN(auto table, ReadTableRequest((*array)[i], "/names/" + std::to_string(i)));
    question.tables.push_back(std::move(table));
  }
  return question;
}

Result<http::Response> ProtobufResponse(const std::vector<TableRef>& tables,
                                        const std::vector<std::optional<TableSnapshot>>& snapshots) {
  v1::ResolveTablesResponse message;
  for (size_t i = 0; i < tables.size(); ++i) {
    v1::TableSnapshot* table = message.add_tables();
    if (snapshots[i]) {
      FillSnapshotMessage(*snapshots[i], table);
    } else {
      table->mutable_name()->set_database(tables[i].name.database);
      table->mutable_name()->set_table(tables[i].name.table);
    }
  }
  std::string body;
  if (!message.SerializeToString(&body))
    return Error(Code::kInternal, "the answer cannot be written as a protobuf message");
  return http::Response::Text(200, std::move(body), kProtobuf);
}

http::Response JsonResponse(const std::vector<TableRef>& tables,
                            const std::vector<std::optional<TableSnapshot>>& snapshots) {
  nlohmann::json answers = nlohmann::json::array();
  for (size_t i = 0; i < tables.size(); ++i) {
    const TableName& name = tables[i].name;
    if (snapshots[i]) {
      answers.push_back(SnapshotToJson(*snapshots[i]));
    } else {
      answers.push_back({{"found", false}, {"name", {{"database", name.database}, {"table", name.table}}}});
    }
  }
  return http::Response::Json(200, {{"tables", std::move(answers)}});
}

bool IsProtobuf(const http::Request& request) {
  return request.Header("content-type").value_or("").starts_with(kProtobuf);
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

  TARN_ASSIGN(const auto question, protobuf_in ? FromProtobuf(request.body) : FromJson(request));
  if (!Crawled(question.min_sequence, request.cancelled)) return NotCrawledYet(question.min_sequence);
  TARN_ASSIGN(const auto snapshots, tables_.Resolve(question.tables));
  if (offers[*chosen] == kProtobuf) return ProtobufResponse(question.tables, snapshots);
  return JsonResponse(question.tables, snapshots);
}

}  // namespace tarn::catalog
