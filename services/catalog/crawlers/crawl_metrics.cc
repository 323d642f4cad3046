#include "services/catalog/crawlers/crawl_metrics.h"

namespace tarn::catalog {

CrawlMetrics::CrawlMetrics(metrics::Registry& registry)
    : registry_(registry),
      tables_(registry.GetGauge("tarn_catalog_tables", "Tables in the catalog")),
      files_(registry.GetGauge("tarn_catalog_files", "Files in the current versions of all tables")),
      failed_files_(
          registry.GetGauge("tarn_catalog_failed_files", "Files in tables' folders that could not be read")),
      duration_(registry.GetHistogram("tarn_catalog_crawl_duration_seconds", "Time that crawls took")) {}

void CrawlMetrics::CountCrawl(CrawlState state, std::chrono::duration<double> duration) {
  registry_
      .GetCounter("tarn_catalog_crawls_total", "Crawls by the state they ended in",
                  {{"state", CrawlStateName(state)}})
      .Add();
  duration_.Observe(duration.count());
}

void CrawlMetrics::SetTotals(const CatalogTotals& totals) {
  tables_.Set(static_cast<double>(totals.tables));
  files_.Set(static_cast<double>(totals.files));
  failed_files_.Set(static_cast<double>(totals.failed_files));
}

}  // namespace tarn::catalog
