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

// What is known of one of the names.
struct Answer {
  TableName name;
  std::optional<TableSnapshot> table;
  std::optional<ResolveEndpoint::ViewSql> view;  // only if there is no table
};

std::string MissingMessage(const Answer& answer) {
  v1::TableSnapshot message;
  message.mutable_name()->set_database(answer.name.database);
  message.mutable_name()->set_table(answer.name.table);
  if (answer.view) {
    message.mutable_view()->set_dialect(answer.view->dialect);
    message.mutable_view()->set_sql(answer.view->sql);
    message.mutable_view()->set_version(answer.view->version);
  }
  return message.SerializeAsString();
}

Result<http::Response> ProtobufResponse(std::vector<Answer> answers) {
  std::string body;
  for (Answer& answer : answers) {
    std::string table;
    if (answer.table) {
      TARN_ASSIGN(table, SnapshotMessage(*std::move(answer.table)));
    } else {
      table = MissingMessage(answer);
    }
    AppendField(v1::ResolveTablesResponse::kTablesFieldNumber, table, body);
  }
  return http::Response::Text(200, std::move(body), kProtobuf);
}

nlohmann::json MissingToJson(const Answer& answer) {
  nlohmann::json value = {{"found", false},
                          {"name", {{"database", answer.name.database}, {"table", answer.name.table}}}};
  if (answer.view) value["view"] = {{"dialect", answer.view->dialect}, {"sql", answer.view->sql}, {"version", answer.view->version}};
  return value;
}

http::Response JsonResponse(const std::vector<Answer>& answers) {
  nlohmann::json tables = nlohmann::json::array();
  for (const Answer& answer : answers)
    tables.push_back(answer.table ? SnapshotToJson(*answer.table) : MissingToJson(answer));
  return http::Response::Json(200, {{"tables", std::move(tables)}});
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
  TARN_ASSIGN(auto snapshots, tables_.Resolve(question.tables));
  std::vector<Answer> answers;
  for (size_t i = 0; i < snapshots.size(); ++i) {
    Answer answer{question.tables[i].name, std::move(snapshots[i]), std::nullopt};
    if (!answer.table && find_view_) {
      TARN_ASSIGN(answer.view, find_view_(answer.name));
    }
    answers.push_back(std::move(answer));
  }
  return offers[*chosen] == kProtobuf ? ProtobufResponse(std::move(answers)) : JsonResponse(answers);
}

}  // namespace tarn::catalog
