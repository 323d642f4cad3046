#include "services/catalog/crawlers/crawl_json.h"

#include <array>
#include <nlohmann/json.hpp>

#include "services/catalog/tables/table_json.h"

namespace tarn::catalog {
namespace {

using nlohmann::json;

constexpr std::array<CrawlState, 6> kStates = {CrawlState::kQueued,    CrawlState::kRunning,
                                               CrawlState::kSucceeded, CrawlState::kPartiallySucceeded,
                                               CrawlState::kFailed,    CrawlState::kUnchanged};

constexpr std::array<Code, 15> kCodes = {
    Code::kInvalidArgument,    Code::kUnauthenticated,   Code::kPermissionDenied,
    Code::kNotFound,           Code::kMethodNotAllowed,  Code::kConflict,
    Code::kPreconditionFailed, Code::kTooLarge,          Code::kUnsupportedMediaType,
    Code::kUnprocessable,      Code::kResourceExhausted, Code::kCancelled,
    Code::kUnavailable,        Code::kDeadlineExceeded,  Code::kInternal};

CrawlState StateFromName(const std::string& name) {
  for (const CrawlState state : kStates) {
    if (name == CrawlStateName(state)) return state;
  }
  return CrawlState::kFailed;
}

Code CodeFromName(const std::string& name) {
  for (const Code code : kCodes) {
    if (name == CodeName(code)) return code;
  }
  return Code::kInternal;
}

json TimeOrNull(const std::optional<Timestamp>& time) {
  return time ? json(FormatRfc3339(*time)) : json(nullptr);
}

json CountsToJson(const CrawlCounts& counts) {
  return {{"files_planned", counts.files_planned},  {"files_read", counts.files_read},
          {"files_added", counts.files_added},      {"files_removed", counts.files_removed},
          {"files_failed", counts.files_failed},    {"files_vanished", counts.files_vanished},
          {"tables_changed", counts.tables_changed}};
}

CrawlCounts CountsFromJson(const json& value) {
  return {value.at("files_planned"), value.at("files_read"),   value.at("files_added"),
          value.at("files_removed"), value.at("files_failed"), value.at("files_vanished"),
          value.at("tables_changed")};
}

json ErrorToJson(const Error& error) {
  return {{"code", CodeName(error.code())}, {"detail", error.message()}, {"where", error.where()}};
}

json TablesToJson(const std::vector<TableReport>& tables) {
  json array = json::array();
  for (const TableReport& table : tables) {
    array.push_back({{"database", table.name.database},
                     {"table", table.name.table},
                     {"version", table.version},
                     {"files_added", table.files_added},
                     {"files_removed", table.files_removed}});
  }
  return array;
}

json FailuresToJson(const std::vector<CrawlFailure>& failures) {
  json array = json::array();
  for (const CrawlFailure& failure : failures) {
    json file = FailedFileToJson(failure.file);
    file["database"] = failure.table.database;
    file["table"] = failure.table.table;
    array.push_back(std::move(file));
  }
  return array;
}

Result<std::optional<Timestamp>> LoadTime(const json& value) {
  if (value.is_null()) return std::optional<Timestamp>();
  TARN_ASSIGN(const Timestamp time, ParseRfc3339(value.get<std::string>()));
  return std::optional(time);
}

Result<Crawl> Load(const json& value) {
  Crawl crawl;
  crawl.id = value.at("id");
  crawl.crawler = value.at("crawler");
  crawl.trigger = value.at("trigger");
  crawl.bucket = value.at("bucket");
  crawl.prefix = value.at("prefix");
  crawl.state = StateFromName(value.at("state"));
  crawl.counts = CountsFromJson(value.at("counts"));
  for (const json& table : value.at("tables")) {
    crawl.tables.push_back({{table.at("database"), table.at("table")},
                            TableOutcome::kChanged,
                            table.at("version"),
                            table.at("files_added"),
                            table.at("files_removed")});
  }
  for (const json& file : value.at("failed_files")) {
    TARN_ASSIGN(const auto failed_at, LoadTime(file.at("failed_at")));
    crawl.failures.push_back(
        {{file.at("database"), file.at("table")},
         {file.at("bucket"), file.at("key"), file.at("version"), file.at("code"), file.at("detail"),
          file.at("where"), crawl.id, failed_at.value_or(Timestamp())}});
  }
  TARN_ASSIGN(const auto created_at, LoadTime(value.at("created_at")));
  crawl.created_at = created_at.value_or(Timestamp());
  TARN_ASSIGN(crawl.started_at, LoadTime(value.at("started_at")));
  TARN_ASSIGN(crawl.finished_at, LoadTime(value.at("finished_at")));
  if (const json& error = value.at("error"); !error.is_null()) {
    crawl.error = Error(CodeFromName(error.at("code")), error.at("detail")).At(error.at("where"));
  }
  return crawl;
}

}  // namespace

json CrawlToJson(const Crawl& crawl) {
  json duration = nullptr;
  if (crawl.started_at && crawl.finished_at) duration = (*crawl.finished_at - *crawl.started_at).count();
  return {{"id", crawl.id},
          {"crawler", crawl.crawler},
          {"trigger", crawl.trigger},
          {"bucket", crawl.bucket},
          {"prefix", crawl.prefix},
          {"state", CrawlStateName(crawl.state)},
          {"progress", crawl.progress()},
          {"counts", CountsToJson(crawl.counts)},
          {"tables", TablesToJson(crawl.tables)},
          {"failed_files", FailuresToJson(crawl.failures)},
          {"created_at", FormatRfc3339(crawl.created_at)},
          {"started_at", TimeOrNull(crawl.started_at)},
          {"finished_at", TimeOrNull(crawl.finished_at)},
          {"duration_ms", std::move(duration)},
          {"error", crawl.error ? ErrorToJson(*crawl.error) : json(nullptr)}};
}

Result<Crawl> CrawlFromJson(const json& value) {
  try {
    return Load(value);
  } catch (const json::exception&) {
    return Error(Code::kInternal, "the catalog's record of a crawl is damaged");
  }
}

}  // namespace tarn::catalog
