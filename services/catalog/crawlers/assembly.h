#pragma once

#include <vector>

#include "common/result/result.h"
#include "services/catalog/crawlers/batch_reader.h"
#include "services/catalog/crawlers/crawl_batch.h"
#include "services/catalog/crawlers/table_names.h"
#include "services/catalog/tables/table_store.h"

namespace tarn::catalog {

/// Puts what a crawl read together to changes of tables, one for each table, those that only lose files
/// first. Counts and lists in the crawl the files that failed, and notes folders that got another name than
/// they asked for. Errors: kUnprocessable if there are more tables than the limit allows; those of the store.
Result<std::vector<TableChange>> Assemble(const CrawlerDefinition& definition, Readings readings,
                                          TableStore& tables, TableNames& names, CrawlBatch& batch);

}  // namespace tarn::catalog
