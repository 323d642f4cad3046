#pragma once

#include <functional>
#include <string>

#include "common/result/result.h"
#include "services/catalog/crawlers/crawler_definition.h"
#include "services/catalog/tables/table_store.h"

namespace tarn::catalog {

/// Takes out of `change.added` the files that are no part of their table, and hands each to `refuse` with the
/// reason: a file of another format than the table's, unless at least half of its columns are the table's;
/// with mode `similar` any file whose columns are not similar. Errors: those of the store.
using Refuse = std::function<void(const DataFile& file, Error reason)>;
Status RefuseStrangers(const CrawlerDefinition& definition, TableReader& tables, TableChange& change,
                       const Refuse& refuse);

}  // namespace tarn::catalog
