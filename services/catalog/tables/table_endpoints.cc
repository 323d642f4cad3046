#include "services/catalog/tables/table_endpoints.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "services/catalog/evolution/change_json.h"
#include "services/catalog/tables/listing.h"
#include "services/catalog/tables/table_json.h"
#include "services/catalog/tables/version_query.h"

namespace tarn::catalog {
namespace {

// How many partitions and failed files the table's own resource shows.
constexpr int64_t kShown = 100;
// How many files of a former version are looked for in the object store.
constexpr int64_t kLookedFor = 10'000;

TableName NameIn(const http::Request& request) {
  return {request.PathParameter("database"), request.PathParameter("table")};
}

}  // namespace

Result<http::Response> TableEndpoints::List(http::Request& request) {
  TARN_ASSIGN(const auto page, http::ParsePage(request));
  TARN_ASSIGN(auto tables, tables_.ListTables(request.PathParameter("database"), page.after, page.limit + 1));
  return RenderPage(std::move(tables), page.limit, TableToJson,
                    [](const Table& last) { return last.name.table; });
}

Result<http::Response> TableEndpoints::Get(http::Request& request) {
  TARN_ASSIGN(const TableRef wanted, ReadVersionQuery(request));
  TARN_ASSIGN(const Table table, tables_.GetTableAt(wanted));
  nlohmann::json body = TableToJson(table);
  TARN_TRY(wanted.version || wanted.as_of ? AddMissing(table, &body) : AddDetails(table, &body));
  auto response = http::Response::Json(200, body);
  response.headers.Set("ETag", '"' + std::to_string(table.version) + '"');
  return response;
}

Status TableEndpoints::AddDetails(const Table& table, nlohmann::json* body) {
  TARN_ASSIGN(const auto partitions, tables_.ListPartitions(table.name, "", kShown));
  TARN_ASSIGN(const auto failed, tables_.ListFailedFiles(table.name, "", kShown));
  TARN_ASSIGN(const auto newest, tables_.ListVersions(table.name, 0, 1));
  (*body)["partitions"] = nlohmann::json::array();
  for (const Partition& partition : partitions) (*body)["partitions"].push_back(PartitionToJson(partition));
  (*body)["failed_files"] = nlohmann::json::array();
  for (const FailedFile& file : failed) (*body)["failed_files"].push_back(FailedFileToJson(file));
  (*body)["conflicts"] = newest.empty() ? nlohmann::json::array() : ConflictsToJson(newest[0].conflicts);
  return Ok();
}

// The catalog remembers files longer than the object store keeps them.
Status TableEndpoints::AddMissing(const Table& table, nlohmann::json* body) {
  TARN_ASSIGN(const auto former, tables_.ListFormerFiles(table.name, table.version, kLookedFor));
  TARN_ASSIGN(const auto missing, presence_.FindMissing(former));
  (*body)["readable"] = missing.empty();
  (*body)["missing_files"] = nlohmann::json::array();
  for (size_t i = 0; i < std::min<size_t>(missing.size(), kShown); ++i)
    (*body)["missing_files"].push_back(missing[i].bucket + "/" + missing[i].key);
  return Ok();
}

Result<http::Response> TableEndpoints::Files(http::Request& request) {
  TARN_ASSIGN(const auto page, http::ParsePage(request));
  TARN_ASSIGN(const Table table, tables_.GetTable(NameIn(request)));
  TARN_ASSIGN(auto files, tables_.ListFiles(table.name, page.after, page.limit + 1));
  const auto to_json = [&](const DataFile& file) { return DataFileToJson(file, table.columns); };
  return RenderPage(std::move(files), page.limit, to_json, [](const DataFile& last) { return last.key; });
}

Result<http::Response> TableEndpoints::Partitions(http::Request& request) {
  TARN_ASSIGN(const auto page, http::ParsePage(request));
  TARN_ASSIGN(auto partitions, tables_.ListPartitions(NameIn(request), page.after, page.limit + 1));
  return RenderPage(std::move(partitions), page.limit, PartitionToJson,
                    [](const Partition& last) { return last.position; });
}

Result<http::Response> TableEndpoints::FailedFiles(http::Request& request) {
  TARN_ASSIGN(const auto page, http::ParsePage(request));
  // A table may have nothing but failed files, and then does not exist yet: its list is still worth reading.
  TARN_ASSIGN(auto files, tables_.ListFailedFiles(NameIn(request), page.after, page.limit + 1));
  if (files.empty()) TARN_TRY(tables_.GetTable(NameIn(request)));
  return RenderPage(std::move(files), page.limit, FailedFileToJson,
                    [](const FailedFile& last) { return last.key; });
}

}  // namespace tarn::catalog
