#include "services/catalog/tables/table_endpoints.h"

#include <charconv>
#include <nlohmann/json.hpp>

#include "services/catalog/tables/listing.h"
#include "services/catalog/tables/table_json.h"

namespace tarn::catalog {
namespace {

// How many partitions and failed files the table's own resource shows.
constexpr int64_t kShown = 100;

TableName NameIn(const http::Request& request) {
  return {request.PathParameter("database"), request.PathParameter("table")};
}

// The version that the previous page ended at, 0 for the first page.
Result<int64_t> VersionBefore(const std::string& after) {
  if (after.empty()) return 0;
  int64_t version = 0;
  const auto [end, error] = std::from_chars(after.data(), after.data() + after.size(), version);
  if (error != std::errc() || end != after.data() + after.size() || version < 1) {
    return Error(Code::kInvalidArgument, "not a page token of this listing").At("query:page_token");
  }
  return version;
}

}  // namespace

Result<http::Response> TableEndpoints::List(http::Request& request) {
  TARN_ASSIGN(const auto page, http::ParsePage(request));
  TARN_ASSIGN(auto tables, tables_.ListTables(request.PathParameter("database"), page.after, page.limit + 1));
  return RenderPage(std::move(tables), page.limit, TableToJson,
                    [](const Table& last) { return last.name.table; });
}

Result<http::Response> TableEndpoints::Get(http::Request& request) {
  TARN_ASSIGN(const Table table, tables_.GetTable(NameIn(request)));
  TARN_ASSIGN(const auto partitions, tables_.ListPartitions(table.name, "", kShown));
  TARN_ASSIGN(const auto failed, tables_.ListFailedFiles(table.name, "", kShown));
  nlohmann::json body = TableToJson(table);
  body["partitions"] = nlohmann::json::array();
  for (const Partition& partition : partitions) body["partitions"].push_back(PartitionToJson(partition));
  body["failed_files"] = nlohmann::json::array();
  for (const FailedFile& file : failed) body["failed_files"].push_back(FailedFileToJson(file));
  auto response = http::Response::Json(200, body);
  response.headers.Set("ETag", '"' + std::to_string(table.version) + '"');
  return response;
}

Result<http::Response> TableEndpoints::Versions(http::Request& request) {
  TARN_ASSIGN(const auto page, http::ParsePage(request));
  TARN_ASSIGN(const int64_t before, VersionBefore(page.after));
  TARN_ASSIGN(auto versions, tables_.ListVersions(NameIn(request), before, page.limit + 1));
  return RenderPage(std::move(versions), page.limit, VersionToJson,
                    [](const TableVersion& last) { return std::to_string(last.version); });
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
