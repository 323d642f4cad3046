#pragma once

#include "common/http/message.h"
#include "services/catalog/crawlers/active_crawlers.h"
#include "services/catalog/crawlers/crawl_store.h"

namespace tarn::catalog {

/// /v1/crawls
class CrawlEndpoints {
 public:
  /// `bucket`: the default crawler's.
  CrawlEndpoints(CrawlStore& crawls, ActiveCrawlers& active, CrawlerStore& crawlers, std::string bucket)
      : crawls_(crawls), active_(active), crawlers_(crawlers), bucket_(std::move(bucket)) {}

  Result<http::Response> List(http::Request& request);
  Result<http::Response> Get(http::Request& request);
  /// Plans a crawl of the default crawler: takes {"bucket", "prefix"}, both optional, and answers 202 with
  /// it.
  Result<http::Response> Create(http::Request& request);
  /// Answers 202 with the crawl; 409 if it has ended, or is one of events.
  Result<http::Response> Cancel(http::Request& request);

 private:
  CrawlStore& crawls_;
  ActiveCrawlers& active_;
  CrawlerStore& crawlers_;
  const std::string bucket_;
};

}  // namespace tarn::catalog
