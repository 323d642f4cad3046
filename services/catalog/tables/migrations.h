#pragma once

#include <string>
#include <vector>

namespace tarn::catalog {

/// The migrations of state/catalog.db: tables, crawls and idempotency keys.
std::vector<std::string> Migrations();

}  // namespace tarn::catalog
