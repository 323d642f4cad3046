#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/sqlite/database.h"
#include "services/catalog/crawlers/crawl.h"

namespace tarn::catalog {

/// Crawl reports, newest first, and how far the event log has been crawled. Thread-safe.
/// Errors of all methods: kUnavailable and kResourceExhausted from the disk, kInternal.
class CrawlStore {
 public:
  /// The database must be migrated and outlive this. The newest `keep` reports are kept.
  CrawlStore(sqlite::Database& database, int64_t keep) : database_(database), keep_(keep) {}

  /// Inserts or replaces. May be called inside a transaction of the same database.
  Status Save(const Crawl& crawl);
  /// Errors: kNotFound.
  Result<Crawl> Get(const std::string& id);
  /// Newest first, those older than the one with the id `before` (empty: from the newest on), of one crawler
  /// or of all (empty).
  Result<std::vector<Crawl>> List(const std::string& before, int64_t limit, const std::string& crawler = "");
  /// Crawls of a crawler that are queued or were running when the process died, oldest first.
  Result<std::vector<Crawl>> Unfinished(const std::string& crawler);

  /// The sequence of the last event whose effects a crawler has committed; nothing if it never looked at any.
  Result<std::optional<int64_t>> Cursor(const std::string& crawler);
  /// Moves the cursor forward, never back. May be called inside a transaction of the same database.
  Status MoveCursor(const std::string& crawler, int64_t sequence);

 private:
  sqlite::Database& database_;
  const int64_t keep_;
};

}  // namespace tarn::catalog
