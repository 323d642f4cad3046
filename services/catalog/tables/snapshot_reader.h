#pragma once

#include <optional>

#include "common/sqlite/database.h"
#include "services/catalog/tables/table_reader.h"
#include "services/catalog/tables/types.h"

namespace tarn::catalog {

/// Reads a table at one version, without the files that cannot have rows which are asked for. Of the current version
/// it reads the wanted partitions only, if they are few. Inside a transaction, so that all it reads is of one moment.
/// Nothing if there is no such table. Errors: kNotFound for a version that the table does not have, those of the
/// database.
Result<std::optional<TableSnapshot>> ReadSnapshot(sqlite::Database& database, const TableRef& wanted);

}  // namespace tarn::catalog
