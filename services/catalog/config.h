#pragma once

#include "common/config/option_set.h"
#include "common/service/service.h"
#include "services/catalog/crawlers/crawler.h"

namespace tarn::catalog {

inline constexpr uint16_t kDefaultPort = 8103;

/// The options of tarn-catalog.
struct CatalogOptions {
  service::CommonOptions common;
  CrawlerOptions crawler;
  int64_t keep_versions = 1000;
  int64_t keep_crawls = 1000;
};

void AddCatalogOptions(config::OptionSet& set, CatalogOptions& options);

}  // namespace tarn::catalog
