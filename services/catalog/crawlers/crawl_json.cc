#include "services/catalog/crawlers/crawl_json.h"

#include <array>
#include <nlohmann/json.hpp>

#include "services/catalog/tables/report_json.h"
#include "services/catalog/tables/table_json.h"

namespace tarn::catalog {
namespace {

using nlohmann::json;

constexpr std::array<CrawlState, 7> kStates = {
    CrawlState::kQueued, CrawlState::kRunning,   CrawlState::kSucceeded, CrawlState::kPartiallySucceeded,
    CrawlState::kFailed, CrawlState::kUnchanged, CrawlState::kCancelled};

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

// Each count with its name.
constexpr std::array<std::pair<const char*, int64_t CrawlCounts::*>, 14> kCounts = {
    {{"files_seen", &CrawlCounts::files_seen},
     {"files_planned", &CrawlCounts::files_planned},
     {"files_read", &CrawlCounts::files_read},
     {"files_skipped", &CrawlCounts::files_skipped},
     {"files_added", &CrawlCounts::files_added},
     {"files_removed", &CrawlCounts::files_removed},
     {"files_failed", &CrawlCounts::files_failed},
     {"files_vanished", &CrawlCounts::files_vanished},
     {"tables_changed", &CrawlCounts::tables_changed},
     {"tables_added", &CrawlCounts::tables_added},
     {"tables_updated", &CrawlCounts::tables_updated},
     {"tables_deprecated", &CrawlCounts::tables_deprecated},
     {"partitions_added", &CrawlCounts::partitions_added},
     {"partitions_removed", &CrawlCounts::partitions_removed}}};

json CountsToJson(const CrawlCounts& counts) {
  json value;
  for (const auto& [name, count] : kCounts) value[name] = counts.*count;
  return value;
}

// Reports of before have fewer counts.
CrawlCounts CountsFromJson(const json& value) {
  CrawlCounts counts;
  for (const auto& [name, count] : kCounts) counts.*count = value.value(name, int64_t{0});
  return counts;
}

json SkippedToJson(const std::map<SkipReason, SkippedFiles>& skipped) {
  json array = json::array();
  for (const auto& [reason, files] : skipped) {
    array.push_back({{"reason", SkipReasonName(reason)},
                     {"detail", SkipReasonText(reason)},
                     {"files", files.files},
                     {"example", files.example}});
  }
  return array;
}

std::map<SkipReason, SkippedFiles> SkippedFromJson(const json& array) {
  std::map<SkipReason, SkippedFiles> skipped;
  for (const json& value : array) {
    for (const SkipReason reason : kSkipReasons) {
      if (value.at("reason") == SkipReasonName(reason))
        skipped[reason] = {value.at("files"), value.at("example")};
    }
  }
  return skipped;
}

json ErrorToJson(const Error& error) {
  return {{"code", CodeName(error.code())}, {"detail", error.message()}, {"where", error.where()}};
}

json TablesToJson(const std::vector<TableReport>& tables) {
  json array = json::array();
  for (const TableReport& table : tables) array.push_back(ReportToJson(table));
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
  crawl.skipped = SkippedFromJson(value.value("skipped", json::array()));
  crawl.notes = value.value("notes", std::vector<std::string>());
  for (const json& table : value.at("tables")) {
    TARN_ASSIGN(TableReport report, ReportFromJson(table));
    crawl.tables.push_back(std::move(report));
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
  TARN_ASSIGN(crawl.scheduled_for, LoadTime(value.value("scheduled_for", json(nullptr))));
  for (const Recrawl recrawl : {Recrawl::kChanged, Recrawl::kEverything, Recrawl::kNewFolders}) {
    if (value.value("recrawl", json(nullptr)) == RecrawlName(recrawl)) crawl.recrawl = recrawl;
  }
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
          {"skipped", SkippedToJson(crawl.skipped)},
          {"failed_files", FailuresToJson(crawl.failures)},
          {"notes", crawl.notes},
          {"recrawl", crawl.recrawl ? json(RecrawlName(*crawl.recrawl)) : json(nullptr)},
          {"scheduled_for", TimeOrNull(crawl.scheduled_for)},
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
