#pragma once

#include <string>
#include <vector>

#include "common/sqlite/database.h"
#include "services/catalog/tables/types.h"

namespace tarn::catalog {

/// Reads the files of a table's current version by key, at most `limit` (-1: all) after `after_key`. Files of
/// one layout share its object. The caller holds the lock. Errors: kUnavailable, kInternal.
Result<std::vector<DataFile>> ReadLiveFiles(sqlite::Database& database, int64_t table_id,
                                            const std::string& after_key, int64_t limit);

}  // namespace tarn::catalog
