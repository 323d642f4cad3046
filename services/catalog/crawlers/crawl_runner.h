#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

#include "services/catalog/crawlers/crawl_metrics.h"
#include "services/catalog/crawlers/crawl_store.h"
#include "services/catalog/crawlers/crawler.h"

namespace tarn::catalog {

/// What a run of a crawler shall be.
struct CrawlRequest {
  std::string trigger = kByRequest;
  std::string prefix{};
  std::optional<Recrawl> recrawl{};
  std::optional<Timestamp> scheduled_for{};
};

/// Runs the planned crawls of one crawler one after the other on a thread of its own. What was planned when
/// the process died is run again. Stops and joins when destroyed. Thread-safe.
class CrawlRunner {
 public:
  /// All must outlive this.
  CrawlRunner(Crawler& crawler, CrawlStore& crawls, CrawlMetrics& metrics);
  ~CrawlRunner() { Stop(); }

  /// Starts the thread with the crawls that a former process left. Errors: those of CrawlStore.
  Status Start();

  /// Stops and joins. What was at work or waits stays unfinished.
  void Stop();

  /// Plans a crawl. `also` writes what belongs to the same transaction, and may be empty. Errors:
  /// kResourceExhausted when too many are waiting.
  Result<Crawl> Enqueue(const CrawlRequest& request, CrawlerStore& crawlers,
                        const std::function<Status()>& also = {});

  /// How many crawls wait or run.
  int64_t Unfinished() const;

  /// Ends a crawl: at once if it waits, soon if it runs. Errors: kNotFound if it does neither.
  Status Cancel(const std::string& id);
  void CancelAll();

 private:
  void Loop(std::stop_token stopped);
  void RunOne(Crawl crawl);
  void Finish(Crawl& crawl);

  Crawler& crawler_;
  CrawlStore& crawls_;
  CrawlMetrics& metrics_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<Crawl> queue_;
  std::string running_;  // the id; empty: none runs
  std::stop_source cancel_running_;
  std::jthread thread_;  // last: it uses the others
};

}  // namespace tarn::catalog
