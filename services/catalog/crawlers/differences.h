#pragma once

#include <stop_token>
#include <vector>

#include "common/object_store/object_store.h"
#include "common/result/result.h"
#include "services/catalog/crawlers/crawl_batch.h"
#include "services/catalog/crawlers/table_names.h"
#include "services/catalog/tables/known_objects.h"

namespace tarn::catalog {

/// Compares the targets of a crawler with what it knows: puts into `batch.changes` the objects that are to be
/// read by `recrawl`, and those that are gone from the targets (not with kNewFolders), all of one moment, the
/// event `batch.sequence`. Counts in the crawl what it saw and skipped. `folders` are those that have tables
/// already. Errors: those of the store and the index; kCancelled.
Status FindDifferences(const CrawlerDefinition& definition, Recrawl recrawl,
                       const std::vector<NamedFolder>& folders, object_store::ObjectStore& store,
                       KnownObjectIndex& index, CrawlBatch& batch, std::stop_token cancelled);

}  // namespace tarn::catalog
