#pragma once

#include <memory>
#include <optional>
#include <thread>

#include "common/schedule/alarm_clock.h"
#include "common/schedule/timetable.h"
#include "services/catalog/crawlers/active_crawlers.h"

namespace tarn::catalog {

/// Plans a crawl at each firing of each crawler's schedule, once, whenever the process dies and however the
/// clock is set. Firings that pass while a crawler is paused are not made up for. Thread-safe.
class CrawlScheduler {
 public:
  CrawlScheduler(ActiveCrawlers& crawlers, CrawlerStore& store) : crawlers_(crawlers), store_(store) {}
  ~CrawlScheduler() { Stop(); }

  /// Begins to fire, on a thread of its own. Errors: kResourceExhausted.
  Status Begin();
  void Stop();
  /// Call it when crawlers came, went, or were resumed.
  void Wake();

  /// Plans what is due at `now`, and returns when to call it again; nothing: no schedule will ever fire. The
  /// thread does this; tests do without the thread.
  std::optional<Timestamp> RunDue(Timestamp now);

  /// When a crawler runs next by its schedule; nothing if it has none, or is paused.
  std::optional<Timestamp> NextRun(const ActiveCrawler& crawler, Timestamp now);

 private:
  Result<std::optional<Timestamp>> RunDue(ActiveCrawler& crawler, Timestamp now);
  Status Fire(ActiveCrawler& crawler, CrawlerState state, Timestamp firing);

  ActiveCrawlers& crawlers_;
  CrawlerStore& store_;
  std::unique_ptr<schedule::AlarmClock> alarm_;
  std::jthread thread_;
};

}  // namespace tarn::catalog
