#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

#include "common/object_store/object_store.h"
#include "services/catalog/crawlers/batch_reader.h"
#include "services/catalog/crawlers/crawl_batch.h"
#include "services/catalog/crawlers/crawl_metrics.h"
#include "services/catalog/crawlers/crawl_store.h"
#include "services/catalog/crawlers/crawler_store.h"
#include "services/catalog/crawlers/definition_state.h"
#include "services/catalog/tables/table_store.h"

namespace tarn::catalog {

struct CrawlerOptions {
  std::string bucket = "transformed";  ///< of the built-in crawler
  InspectionOptions inspection;
};

/// What all crawlers use. All must outlive them.
struct CrawlerTools {
  object_store::ObjectStore& store;
  TableStore& tables;
  CrawlStore& crawls;
  CrawlerStore& crawlers;
  CrawlMetrics& metrics;
  InspectionOptions inspection;
};

/// Makes tables of the files of its targets, as its definition says. What a crawl finds becomes visible in
/// one transaction, together with the position in the event log, so that a crash at any point repeats a crawl
/// but never its effect. Thread-safe: one crawl runs at a time, others wait.
class Crawler {
 public:
  Crawler(const CrawlerTools& tools, std::shared_ptr<const CrawlerDefinition> definition)
      : tools_(tools), definition_(std::move(definition)) {}

  const CrawlerDefinition& definition() const { return *definition_; }

  /// Crawls what a page of events is about: an events::Consumer's handler. A commit's files enter each table
  /// in one version. If events before the page were trimmed, it compares all targets. Files that cannot be
  /// read are reported and do not fail it. A crawl that can never succeed (limits, the policy `fail`) is
  /// reported as failed and passed over. Errors: kUnavailable, kResourceExhausted, kInternal, kCancelled
  /// after Stop(): then nothing has changed, and the page must be handled again.
  Status HandleEvents(const object_store::EventPage& page);

  /// Compares all objects below `crawl.prefix` with the tables and adds and removes what differs; reads files
  /// that failed before again. Saves `crawl` as it proceeds. Errors: as HandleEvents; also kUnprocessable
  /// (limits), kDeadlineExceeded, kConflict (the policy `fail`): nothing has changed.
  Status Reconcile(Crawl& crawl, std::stop_token cancelled = {});

  /// What Reconcile would do, without doing it. Errors: as Reconcile.
  Result<Crawl> Plan(std::stop_token cancelled);

  /// Makes crawls end soon with kCancelled, those to come included.
  void Stop() { stop_.request_stop(); }

 private:
  Status RunEvents(CrawlBatch& batch);
  Status Prepare(CrawlBatch& batch, std::stop_token cancelled);
  Result<DefinitionState> StateBefore();
  Result<std::vector<TableChange>> ReadAll(CrawlBatch& batch, TableNames& names, std::stop_token cancelled);
  void ReportProgress(CrawlBatch& batch, int64_t files_read, int64_t files_planned);
  Result<TableNames> LoadNames(bool regroup);
  Status Commit(CrawlBatch& batch, const std::vector<TableChange>& changes, const TableNames& names);
  void Publish(const Crawl& crawl);

  const CrawlerTools tools_;
  const std::shared_ptr<const CrawlerDefinition> definition_;
  std::mutex one_at_a_time_;
  std::chrono::steady_clock::time_point last_save_{};
  std::stop_source stop_;
};

}  // namespace tarn::catalog
