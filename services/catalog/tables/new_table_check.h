#pragma once

#include <string>

#include "common/sqlite/database.h"
#include "services/catalog/tables/table_change.h"

namespace tarn::catalog {

/// Tells why a crawl may not make a table of this name: a view has it, or someone dropped the table and
/// nobody asked for a crawl since. Empty: it may, and what was dropped is forgotten. Inside a transaction.
/// Errors: those of the database.
Result<std::string> WhyNoNewTable(sqlite::Database& database, const TableName& name,
                                  const CommitContext& context);

}  // namespace tarn::catalog
