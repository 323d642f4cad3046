#pragma once

#include <string>
#include <vector>

#include "common/sqlite/database.h"

namespace tarn::catalog {

/// The migrations of state/catalog.db: tables, crawls and idempotency keys.
std::vector<std::string> Migrations();

/// How state/catalog.db is to be opened: triggers keep its search index in step.
sqlite::Database::Options DatabaseOptions();

}  // namespace tarn::catalog
