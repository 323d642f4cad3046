#pragma once

#include <nlohmann/json_fwd.hpp>

#include "services/catalog/tables/types.h"

namespace tarn::catalog {

/// The snapshot as people see it (openapi.json has the schema): files grouped by what they have in common, as in the
/// message (snapshot_message.h).
nlohmann::json SnapshotToJson(const TableSnapshot& snapshot);

/// {"column", "nulls", "min", "max", "distinct"}; what is not known is left out.
nlohmann::json StatisticsToJson(const ColumnStatistics& statistics);

}  // namespace tarn::catalog
