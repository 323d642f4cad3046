#include "services/catalog/config.h"

namespace tarn::catalog {

void AddCatalogOptions(config::OptionSet& set, CatalogOptions& options) {
  service::AddCommonOptions(set, options.common, kDefaultPort);
  set.Integer("keep-versions", &options.keep_versions, 1, 1'000'000,
              "How many versions of each table are kept");
  set.Integer("keep-crawls", &options.keep_crawls, 1, 1'000'000, "How many crawl reports are kept");
  InspectionOptions& inspection = options.crawler.inspection;
  set.Duration("inspection-timeout", &inspection.timeout,
               "How long reading one file for its schema may take");
  set.Size("inspection-memory", &inspection.memory_limit_bytes, "Memory for reading files for their schemas");
  set.Integer("inspection-threads", &inspection.threads, 1, 64,
              "Threads for reading files for their schemas");
}

}  // namespace tarn::catalog
