#include "common/catalog_client/catalog_client.h"

#include <nlohmann/json.hpp>

#include "common/catalog_client/snapshot_message.h"
#include "common/json/json.h"
#include "common/logging/log.h"
#include "common/text/percent_encoding.h"
#include "common/tracing/trace_context.h"
#include "tarn/v1/catalog.pb.h"

namespace tarn::catalog_client {
namespace {

constexpr const char* kProtobuf = "application/x-protobuf";
constexpr uint64_t kMaxSnapshotBytes = 256 << 20;
constexpr uint64_t kMaxListBytes = 8 << 20;

Error NoSense(const std::string& detail) {
  log::Failure("the catalog's answer makes no sense", {{"detail", detail}});
  return Error(Code::kInternal, "the catalog's answer makes no sense");
}

// What a problem document says, for people.
std::string DetailOf(const http_client::Response& response) {
  const auto problem = json::Parse(response.body);
  if (!problem.ok() || !problem->is_object()) return "";
  const auto detail = problem->find("detail");
  return detail != problem->end() && detail->is_string() ? ": " + detail->get<std::string>().substr(0, 300) : "";
}

// What the catalog refuses is a defect of ours, what it fails at may pass.
Status CheckStatus(const http_client::Response& response, const std::string& path) {
  if (response.status == 200) return Ok();
  if (response.status == 404) return Error(Code::kNotFound, "the catalog knows nothing at " + path);
  if (response.status >= 500 || response.status == 429) {
    return Error(Code::kUnavailable, "the catalog cannot answer now (status " + std::to_string(response.status) + ")" +
                                        DetailOf(response));
  }
  return NoSense("status " + std::to_string(response.status) + " for " + path);
}

}  // namespace

Result<http_client::Response> CatalogClient::Send(http_client::Request request) {
  const std::string path = request.url;
  request.url = url_ + path;
  request.timeout = timeout_;
  request.headers.emplace_back("traceparent", TraceContext::Current().Traceparent());
  auto response = client_.Send(request);
  if (!response.ok()) {
    if (response.error().code() == Code::kCancelled) return response;
    const Code code = response.error().code();
    return Error(code == Code::kDeadlineExceeded ? code : Code::kUnavailable,
                 "the catalog does not answer: " + response.error().message());
  }
  TARN_TRY(CheckStatus(*response, path));
  return response;
}

Result<std::vector<ResolvedName>> CatalogClient::ResolveNames(const std::vector<TableRequest>& tables,
                                                              int64_t min_sequence,
                                                              std::stop_token cancelled) {
  v1::ResolveTablesRequest message;
  message.set_min_sequence(min_sequence);
  for (const auto& table : tables) WriteTableRequest(table, message.add_tables());
  http_client::Request request;
  request.method = "POST";
  request.url = "/v1/tables:resolve";
  request.headers = {{"Content-Type", kProtobuf}, {"Accept", kProtobuf}};
  request.body = message.SerializeAsString();
  request.max_response_bytes = kMaxSnapshotBytes;
  request.cancelled = cancelled;
  TARN_ASSIGN(const auto response, Send(std::move(request)));
  v1::ResolveTablesResponse answer;
  if (!answer.ParseFromString(response.body)) return NoSense("not a ResolveTablesResponse");
  if (answer.tables_size() != static_cast<int>(tables.size())) return NoSense("another number of tables than asked for");
  std::vector<ResolvedName> names(tables.size());
  for (size_t i = 0; i < tables.size(); ++i) {
    v1::TableSnapshot& table = *answer.mutable_tables(static_cast<int>(i));
    if (table.has_view()) {
      const auto& view = table.view();
      names[i].view = View{tables[i].name, view.version(), view.dialect(), view.sql()};
    }
    if (!table.found()) continue;
    auto snapshot = ReadSnapshot(table);
    if (!snapshot.ok()) return NoSense(snapshot.error().message());
    names[i].table = std::move(*snapshot);
  }
  return names;
}

Result<std::vector<std::optional<TableSnapshot>>> CatalogClient::Resolve(const std::vector<TableRequest>& tables,
                                                                         int64_t min_sequence,
                                                                         std::stop_token cancelled) {
  TARN_ASSIGN(auto names, ResolveNames(tables, min_sequence, cancelled));
  std::vector<std::optional<TableSnapshot>> snapshots;
  for (auto& name : names) snapshots.push_back(std::move(name.table));
  return snapshots;
}

Result<std::vector<std::string>> CatalogClient::ListNames(const std::string& path) {
  http_client::Request request;
  request.url = path;
  request.max_response_bytes = kMaxListBytes;
  TARN_ASSIGN(const auto response, Send(std::move(request)));
  TARN_ASSIGN(const auto page, json::Parse(response.body));
  std::vector<std::string> names;
  if (!page.is_object() || !page.contains("items") || !page["items"].is_array()) return NoSense("a list without items");
  for (const auto& item : page["items"]) {
    if (!item.is_object() || !item.contains("name") || !item["name"].is_string()) return NoSense("an item without a name");
    names.push_back(item["name"]);
  }
  return names;
}

Result<std::vector<std::string>> CatalogClient::ListDatabases() { return ListNames("/v1/databases?limit=1000"); }

Result<std::vector<std::string>> CatalogClient::ListTables(const std::string& database) {
  auto names = ListNames("/v1/databases/" + text::PercentEncode(database) + "/tables?limit=1000");
  if (!names.ok() && names.error().code() == Code::kNotFound) return Error(Code::kNotFound, "there is no database " + database);
  return names;
}

Status CatalogClient::Ping() {
  http_client::Request request;
  request.url = "/healthz";
  TARN_ASSIGN(const auto response, Send(std::move(request)));
  (void)response;
  return Ok();
}

}  // namespace tarn::catalog_client
