#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/time/time.h"
#include "services/catalog/crawlers/candidate.h"
#include "services/catalog/crawlers/crawler_definition.h"
#include "services/catalog/tables/commit_report.h"
#include "services/catalog/tables/types.h"

namespace tarn::catalog {

enum class CrawlState { kQueued, kRunning, kSucceeded, kPartiallySucceeded, kFailed, kUnchanged, kCancelled };
const char* CrawlStateName(CrawlState state);  ///< "queued", "partially_succeeded", ...

/// What a crawl did to the files it was about.
struct CrawlCounts {
  int64_t files_seen = 0;     ///< objects of the crawler's targets that were looked at
  int64_t files_planned = 0;  ///< to be read
  int64_t files_read = 0;
  int64_t files_skipped = 0;  ///< no data files; Crawl::skipped says why
  int64_t files_added = 0;
  int64_t files_removed = 0;
  int64_t files_failed = 0;
  int64_t files_vanished = 0;  ///< gone before they were read
  int64_t tables_changed = 0;  ///< the sum of the next three
  int64_t tables_added = 0;
  int64_t tables_updated = 0;
  int64_t tables_deprecated = 0;  ///< or deleted
  int64_t partitions_added = 0;
  int64_t partitions_removed = 0;

  bool operator==(const CrawlCounts&) const = default;
};

/// A file that the crawl could not read, with its table.
struct CrawlFailure {
  TableName table;
  FailedFile file;
};

/// Objects that were left out for the same reason.
struct SkippedFiles {
  int64_t files = 0;
  std::string example;  ///< the key of one of them
};

/// What started a crawl.
inline constexpr const char* kByEvents = "events";
inline constexpr const char* kByRequest = "request";
inline constexpr const char* kBySchedule = "schedule";
inline constexpr const char* kByDefinition = "definition";  ///< it is new, or was changed
inline constexpr const char* kByPlan = "plan";              ///< a dry run: nothing was written

/// One run of a crawler: over a batch of events, or over all of its targets.
struct Crawl {
  std::string id;
  std::string crawler = kDefaultCrawler;
  std::string trigger;
  std::string bucket;                ///< of all targets; empty if they have several
  std::string prefix;                ///< only keys that start so
  std::optional<Recrawl> recrawl{};  ///< instead of the definition's
  CrawlState state = CrawlState::kQueued;
  CrawlCounts counts;
  std::map<SkipReason, SkippedFiles> skipped{};
  std::vector<TableReport> tables;     ///< the first of those that got a new version or were refused
  std::vector<CrawlFailure> failures;  ///< the first of them, counts has how many
  std::vector<std::string> notes{};    ///< what else is worth to know, in words
  Timestamp created_at;
  std::optional<Timestamp> scheduled_for{};
  std::optional<Timestamp> started_at;
  std::optional<Timestamp> finished_at;
  std::optional<Error> error;  ///< why the crawl as a whole failed

  bool finished() const { return state != CrawlState::kQueued && state != CrawlState::kRunning; }
  /// 0..1
  double progress() const;
  void Skip(SkipReason reason, const std::string& key);
};

}  // namespace tarn::catalog
