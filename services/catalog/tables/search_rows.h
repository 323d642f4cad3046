#pragma once

#include <cstdint>

#include "common/sqlite/database.h"

namespace tarn::catalog {

/// Writes what the search index has of at most `limit` databases, tables and views that have changed since it
/// saw them
/// (`search_dirty`) anew; of those that are gone it has nothing then. About 0.1 ms for each. Inside a
/// transaction. Errors: those of the database.
Status WriteSearchRows(sqlite::Database& database, int64_t limit);

}  // namespace tarn::catalog
