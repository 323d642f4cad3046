#pragma once

#include <chrono>

#include "common/metrics/registry.h"
#include "services/catalog/crawlers/crawl.h"
#include "services/catalog/tables/table_store.h"

namespace tarn::catalog {

/// The catalog's own metrics. Thread-safe.
class CrawlMetrics {
 public:
  explicit CrawlMetrics(metrics::Registry& registry);

  void CountCrawl(CrawlState state, std::chrono::duration<double> duration);
  void SetTotals(const CatalogTotals& totals);

 private:
  metrics::Registry& registry_;
  metrics::Gauge& tables_;
  metrics::Gauge& files_;
  metrics::Gauge& failed_files_;
  metrics::Histogram& duration_;
};

}  // namespace tarn::catalog
