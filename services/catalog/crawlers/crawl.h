#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/time/time.h"
#include "services/catalog/tables/table_store.h"
#include "services/catalog/tables/types.h"

namespace tarn::catalog {

enum class CrawlState { kQueued, kRunning, kSucceeded, kPartiallySucceeded, kFailed, kUnchanged };
const char* CrawlStateName(CrawlState state);  ///< "queued", "partially_succeeded", ...

/// What a crawl did to the files it was about.
struct CrawlCounts {
  int64_t files_planned = 0;  ///< to be read
  int64_t files_read = 0;
  int64_t files_added = 0;
  int64_t files_removed = 0;
  int64_t files_failed = 0;
  int64_t files_vanished = 0;  ///< gone before they were read
  int64_t tables_changed = 0;
};

/// A file that the crawl could not read, with its table.
struct CrawlFailure {
  TableName table;
  FailedFile file;
};

/// One run of a crawler: over a batch of events, or on request over a whole bucket.
struct Crawl {
  std::string id;
  std::string crawler = "default";
  std::string trigger;  ///< "events" or "request"
  std::string bucket;
  std::string prefix;
  CrawlState state = CrawlState::kQueued;
  CrawlCounts counts;
  std::vector<TableReport> tables;   ///< those that got a new version
  std::vector<CrawlFailure> failures;  ///< the first of them, counts has how many
  Timestamp created_at;
  std::optional<Timestamp> started_at;
  std::optional<Timestamp> finished_at;
  std::optional<Error> error;  ///< why the crawl as a whole failed

  bool finished() const { return state != CrawlState::kQueued && state != CrawlState::kRunning; }
  /// 0..1
  double progress() const;
};

}  // namespace tarn::catalog
