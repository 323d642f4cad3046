#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>

#include "common/events/consumer.h"
#include "services/catalog/crawlers/crawl_runner.h"
#include "services/catalog/crawlers/crawler.h"

namespace tarn::catalog {

/// One crawler at work: it follows the event log and runs what is asked for, each on a thread of its own, so
/// that a slow crawl keeps no other crawler waiting. Thread-safe.
class ActiveCrawler {
 public:
  ActiveCrawler(const CrawlerTools& tools, std::shared_ptr<const CrawlerDefinition> definition);
  ~ActiveCrawler() { Stop(); }

  /// Starts the threads; plans a crawl of everything if the definition was never crawled as it is now.
  /// `paused`: the event log is not followed. Errors: those of the stores.
  Status Start(bool paused);
  /// Stops and joins; what was at work is done again at the next start.
  void Stop();

  const CrawlerDefinition& definition() const { return crawler_.definition(); }
  Crawler& crawler() { return crawler_; }
  CrawlRunner& runner() { return runner_; }

  Status Pause();
  /// Goes on with the events where it stopped.
  Status Resume();
  void Wake();
  /// The last event handled; nothing if events are not followed.
  std::optional<int64_t> cursor() const;
  /// Waits until it has handled all events up to `sequence` that concern it.
  bool WaitFor(int64_t sequence, std::chrono::milliseconds timeout, std::stop_token cancelled);

 private:
  Status Follow();
  Result<bool> HasPending(int64_t cursor, int64_t sequence) const;

  const CrawlerTools tools_;
  Crawler crawler_;
  CrawlRunner runner_;
  mutable std::mutex mutex_;
  std::shared_ptr<events::Consumer> consumer_;
};

}  // namespace tarn::catalog
