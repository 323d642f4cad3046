#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "common/object_store/object_store.h"
#include "services/catalog/crawlers/batch_reader.h"
#include "services/catalog/crawlers/change_set.h"
#include "services/catalog/crawlers/crawl.h"
#include "services/catalog/crawlers/crawl_metrics.h"
#include "services/catalog/crawlers/crawl_store.h"
#include "services/catalog/tables/table_store.h"

namespace tarn::catalog {

struct CrawlerOptions {
  std::string bucket = "transformed";
  InspectionOptions inspection;
};

/// Turns the files of one bucket into tables, by their keys alone (key_mapping.h). Only what changed is read;
/// what a crawl finds becomes visible in one transaction, together with the position in the event log, so
/// that a crash at any point repeats a crawl but never its effect. Thread-safe: one crawl runs at a time,
/// others wait.
class DefaultCrawler {
 public:
  DefaultCrawler(object_store::ObjectStore& store, TableStore& tables, CrawlStore& crawls,
                 CrawlMetrics& metrics, CrawlerOptions options)
      : store_(store), tables_(tables), crawls_(crawls), metrics_(metrics), options_(std::move(options)) {}

  const std::string& bucket() const { return options_.bucket; }

  /// Crawls what a page of the bucket's events is about: an events::Consumer's handler. A commit's files
  /// enter each table in one version. If events before the page were trimmed, it compares the whole bucket. Files that cannot be read are reported and do not fail it. Errors:
  /// kUnavailable, kResourceExhausted, kInternal, kCancelled after Stop(): then nothing has changed.
  Status HandleEvents(const object_store::EventPage& page);

  /// Compares all objects below `crawl.prefix` with the tables and adds and removes what differs; reads files
  /// that failed before again. Saves `crawl` as it proceeds. Errors: as HandleEvents.
  Status Reconcile(Crawl& crawl);

  /// Makes crawls end soon with kCancelled, those to come included.
  void Stop() { stop_.request_stop(); }

 private:
  struct Batch;

  Status Run(Batch& batch);
  Result<std::vector<ReadTarget>> SelectTargets(const Batch& batch, const ChangeSet& changes);
  Status ReportProgress(Batch& batch, int64_t files_read, int64_t files_planned);
  Result<std::map<TableName, TableChange>> Assemble(Batch& batch, const Readings& readings);
  Status Commit(Batch& batch, std::map<TableName, TableChange> by_table);
  Result<ChangeSet> Differences(const std::string& prefix, int64_t* sequence);

  object_store::ObjectStore& store_;
  TableStore& tables_;
  CrawlStore& crawls_;
  CrawlMetrics& metrics_;
  const CrawlerOptions options_;
  std::mutex one_at_a_time_;
  std::stop_source stop_;
};

}  // namespace tarn::catalog
