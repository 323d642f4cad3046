#include "services/query/ddl/catalog_commands.h"

#include <condition_variable>
#include <mutex>
#include <nlohmann/json.hpp>

#include "common/catalog_client/unknown_table.h"
#include "common/duckdb/engine.h"
#include "services/query/system_tables/reserved_names.h"

namespace tarn::query {
namespace {

using catalog_client::CatalogRest;

constexpr std::chrono::milliseconds kPollInterval(20);

// Waits a moment, or until the statement is stopped.
void Pause(std::stop_token cancelled) {
  std::mutex mutex;
  std::condition_variable_any wake;
  std::unique_lock lock(mutex);
  wake.wait_for(lock, cancelled, kPollInterval, [] { return false; });
}

}  // namespace

Listing Done() { return {{"result"}}; }

std::string TablePath(const ObjectName& full) {
  return CatalogRest::Path({"databases", full.database, "tables", full.name});
}

std::string ViewPath(const ObjectName& full) {
  return CatalogRest::Path({"databases", full.database, "views", full.name});
}

Error CatalogCommands::At(Error error, const ObjectName& name) const {
  return std::move(error).At(duckdb::DescribePosition(sql_, name.position));
}

Result<ObjectName> CatalogCommands::Full(const ObjectName& name) const {
  ObjectName full = name;
  if (full.database.empty()) full.database = FoldCase(database_);
  if (IsReservedDatabase(full.database)) {
    return At(
        Error(Code::kUnprocessable, "this database is Tarn's own; SELECT reads its tables: " + full.database),
        name);
  }
  if (!full.database.empty()) return full;
  return At(Error(Code::kUnprocessable, "name the database: database." + name.name + ", or set ?database="),
            name);
}

Error CatalogCommands::Unknown(const ObjectName& full) {
  if (parts_.rest.Get(ViewPath(full), cancelled_).ok())
    return At(Error(Code::kUnprocessable, full.database + '.' + full.name + " is a view, no table"), full);
  const std::string unknown =
      catalog_client::DescribeUnknownTable(parts_.catalog, {full.database, full.name});
  return At(Error(Code::kUnprocessable, unknown), full);
}

Status CatalogCommands::NeedDatabase(const ObjectName& full) {
  const auto known = parts_.rest.Get(CatalogRest::Path({"databases", full.database}), cancelled_);
  if (known.ok() || known.error().code() != Code::kNotFound) return known.ok() ? Ok() : Status(known.error());
  return At(Error(Code::kUnprocessable, "there is no database " + full.database + "; CREATE DATABASE " +
                                            full.database + " makes it"),
            full);
}

Result<nlohmann::json> CatalogCommands::GetTable(const ObjectName& full) {
  auto table = parts_.rest.Get(TablePath(full), cancelled_);
  if (!table.ok() && table.error().code() == Code::kNotFound) return Unknown(full);
  return table;
}

Status CatalogCommands::Crawl(const nlohmann::json& table, const std::string& prefix) {
  const std::string crawler = table.value("crawler", "");
  if (crawler.empty()) return Error(Code::kUnprocessable, "no crawler looks after the files of the table");
  nlohmann::json body = nlohmann::json::object();
  if (!prefix.empty()) body["prefix"] = prefix;
  TARN_ASSIGN(auto crawl,
              parts_.rest.Post(CatalogRest::Path({"crawlers", crawler, "runs"}), body, cancelled_));
  const std::string path = CatalogRest::Path({"crawls", crawl.value("id", "")});
  while (true) {
    const std::string state = crawl.value("state", "");
    if (state == "succeeded" || state == "unchanged") return Ok();
    if (state != "queued" && state != "running") {
      return Error(Code::kUnprocessable, "the crawl of the table's files ended as " + state + "; GET " +
                                             path + " of tarn-catalog tells why");
    }
    if (cancelled_.stop_requested()) return Error(Code::kCancelled, "the statement was stopped");
    Pause(cancelled_);
    TARN_ASSIGN(crawl, parts_.rest.Get(path, cancelled_));
  }
}

}  // namespace tarn::query
