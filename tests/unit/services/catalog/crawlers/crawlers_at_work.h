#pragma once

#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>
#include <thread>

#include "services/catalog/crawlers/active_crawlers.h"
#include "services/catalog/crawlers/crawl_scheduler.h"
#include "tests/unit/services/catalog/crawlers/crawler_fixture.h"

namespace tarn::catalog {

/// Crawlers with their threads, as the service has them.
struct CrawlersAtWork {
  CrawlersAtWork() { Restart(); }
  ~CrawlersAtWork() { active->Stop(); }

  void Restart() {
    if (active) active->Stop();
    scheduler.reset();
    active.reset();
    fixture.Reopen();
    definitions = std::make_unique<CrawlerCatalog>(DefaultDefinition("transformed"),
                                                   fixture.directory / "none", *fixture.catalog->crawlers);
    if (!definitions->Load().ok()) throw std::runtime_error("cannot load");
    active = std::make_unique<ActiveCrawlers>(*definitions, fixture.Tools());
    active->Sync();
    scheduler = std::make_unique<CrawlScheduler>(*active, *fixture.catalog->crawlers);
  }

  void Define(const std::string& name, nlohmann::json definition) {
    definition.emplace("database", "d");
    if (const auto put = definitions->Put(name, definition); !put.ok())
      throw std::runtime_error(put.error().message());
    active->Sync();
  }

  /// The newest crawl of a crawler, once it has ended.
  Crawl AwaitLast(const std::string& crawler) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (true) {
      const auto crawls = fixture.catalog->crawls->List("", 1, crawler);
      if (!crawls->empty() && crawls->at(0).finished()) return crawls->at(0);
      if (std::chrono::steady_clock::now() > until) throw std::runtime_error("no crawl has ended");
      std::this_thread::yield();
    }
  }
  /// Waits until all crawlers have seen all events.
  bool Settle() { return active->WaitFor(*fixture.store->LastSequence(), std::chrono::seconds(30), {}); }

  CrawlerFixture fixture;
  std::unique_ptr<CrawlerCatalog> definitions;
  std::unique_ptr<ActiveCrawlers> active;
  std::unique_ptr<CrawlScheduler> scheduler;
};

}  // namespace tarn::catalog
