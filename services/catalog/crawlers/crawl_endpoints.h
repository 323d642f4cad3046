#pragma once

#include "common/http/message.h"
#include "services/catalog/crawlers/crawl_runner.h"
#include "services/catalog/crawlers/crawl_store.h"

namespace tarn::catalog {

/// /v1/crawls
class CrawlEndpoints {
 public:
  CrawlEndpoints(CrawlStore& crawls, CrawlRunner& runner, std::string bucket)
      : crawls_(crawls), runner_(runner), bucket_(std::move(bucket)) {}

  Result<http::Response> List(http::Request& request);
  Result<http::Response> Get(http::Request& request);
  /// Takes {"bucket", "prefix"}, both optional, and answers 202 with the planned crawl.
  Result<http::Response> Create(http::Request& request);

 private:
  CrawlStore& crawls_;
  CrawlRunner& runner_;
  const std::string bucket_;
};

}  // namespace tarn::catalog
