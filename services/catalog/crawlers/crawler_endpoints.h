#pragma once

#include "common/http/message.h"
#include "services/catalog/crawlers/active_crawlers.h"
#include "services/catalog/crawlers/crawl_scheduler.h"

namespace tarn::catalog {

/// /v1/crawlers
class CrawlerEndpoints {
 public:
  CrawlerEndpoints(CrawlerCatalog& catalog, ActiveCrawlers& active, CrawlScheduler& scheduler,
                   const CrawlerTools& tools, std::function<void()> changed)
      : catalog_(catalog),
        active_(active),
        scheduler_(scheduler),
        tools_(tools),
        changed_(std::move(changed)) {}

  Result<http::Response> List(http::Request& request);
  Result<http::Response> Get(http::Request& request);
  /// Takes a definition; 201 for a new crawler. It is crawled as a whole at once, unless on_event is false.
  Result<http::Response> Put(http::Request& request);
  Result<http::Response> Delete(http::Request& request);
  Result<http::Response> Pause(http::Request& request);
  Result<http::Response> Resume(http::Request& request);

  Result<http::Response> ListRuns(http::Request& request);
  /// Takes {"prefix", "recrawl"}, both optional, and answers 202 with the planned crawl.
  Result<http::Response> Run(http::Request& request);

  /// Dry runs: of a crawler as it is, and of a definition in the body. Answer what a run would do.
  Result<http::Response> Plan(http::Request& request);
  Result<http::Response> PlanDefinition(http::Request& request);

 private:
  Result<nlohmann::json> ToJson(const DefinedCrawler& crawler);
  Result<http::Response> Shown(const std::string& name, int status);

  CrawlerCatalog& catalog_;
  ActiveCrawlers& active_;
  CrawlScheduler& scheduler_;
  const CrawlerTools tools_;
  const std::function<void()> changed_;
};

}  // namespace tarn::catalog
