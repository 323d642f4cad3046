#pragma once

#include <vector>

#include "common/result/result.h"
#include "services/catalog/crawlers/batch_reader.h"
#include "services/catalog/crawlers/crawl_batch.h"
#include "services/catalog/tables/known_objects.h"

namespace tarn::catalog {

/// Chooses of the changed objects those that have to be read: that may be data files and were not read before
/// at this version. With events it counts in the crawl what it saw and skipped. Errors: kUnprocessable if
/// they are more than the crawler's limits allow; those of the index.
Result<std::vector<ReadTarget>> SelectTargets(const CrawlerDefinition& definition, KnownObjectIndex& index,
                                              CrawlBatch& batch, const ChangeSet& changes);

}  // namespace tarn::catalog
