#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <thread>

#include "services/catalog/crawlers/crawl_metrics.h"
#include "services/catalog/crawlers/crawl_store.h"
#include "services/catalog/crawlers/default_crawler.h"

namespace tarn::catalog {

/// Runs requested crawls one after the other on a thread of its own. What was planned when the process died
/// is run again. Stops and joins when destroyed. Thread-safe.
class CrawlRunner {
 public:
  /// All must outlive this.
  CrawlRunner(DefaultCrawler& crawler, CrawlStore& crawls, CrawlMetrics& metrics);
  ~CrawlRunner();

  /// Starts the thread with the crawls that a former process left. Errors: those of CrawlStore.
  Status Start();

  /// Plans a crawl of the crawler's bucket below `prefix`. Errors: kResourceExhausted when too many are
  /// waiting.
  Result<Crawl> Enqueue(const std::string& prefix);

 private:
  void Loop(std::stop_token stopped);
  void RunOne(Crawl crawl);

  DefaultCrawler& crawler_;
  CrawlStore& crawls_;
  CrawlMetrics& metrics_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<Crawl> queue_;
  std::jthread thread_;  // last: it uses the others
};

}  // namespace tarn::catalog
