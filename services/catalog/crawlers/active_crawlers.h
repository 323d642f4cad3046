#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "common/events/consumer.h"
#include "services/catalog/crawlers/active_crawler.h"
#include "services/catalog/crawlers/crawler_catalog.h"

namespace tarn::catalog {

/// The crawlers that are in force. As a consumer of the event log it stands for all of them. Thread-safe.
class ActiveCrawlers : public events::Consumer {
 public:
  ActiveCrawlers(CrawlerCatalog& catalog, const CrawlerTools& tools) : catalog_(catalog), tools_(tools) {}
  ~ActiveCrawlers() override { Stop(); }

  /// Starts, replaces and stops crawlers as the catalog says now. One that cannot be started is logged.
  void Sync();
  void Stop();

  /// Errors: kNotFound; kUnprocessable for one whose definition is not in order.
  Result<std::shared_ptr<ActiveCrawler>> Get(const std::string& name) const;
  std::vector<std::shared_ptr<ActiveCrawler>> List() const;
  /// Ends a crawl, whosever it is. Errors: kNotFound if none waits or runs.
  Status Cancel(const std::string& id);
  /// The bucket that all follow events of; empty if there are several.
  std::string Bucket() const;

  void Wake() override;
  int64_t cursor() const override;
  bool WaitFor(int64_t sequence, std::chrono::milliseconds timeout, std::stop_token cancelled) override;

 private:
  struct Entry {
    std::string text;  // of the definition
    std::shared_ptr<ActiveCrawler> crawler;
  };

  void Replace(const std::string& name, const std::shared_ptr<const CrawlerDefinition>& definition);

  CrawlerCatalog& catalog_;
  const CrawlerTools tools_;
  std::mutex changing_;  // one Sync at a time
  mutable std::mutex mutex_;
  std::map<std::string, Entry> entries_;
  bool stopped_ = false;
};

}  // namespace tarn::catalog
