#pragma once

#include <vector>

#include "services/catalog/evolution/schema_change.h"
#include "services/catalog/tables/types.h"

namespace tarn::catalog {

/// Returns what it takes to get from one schema to the other: columns dropped, renamed, retyped, added,
/// moved, comments changed, in this order. Columns are the same if their ids are; where one of them has none
/// (a version from before ids), if their names are, without case. `sides` and `words` are left empty.
std::vector<SchemaChange> DiffSchemas(const std::vector<Column>& from, const std::vector<Column>& to);

}  // namespace tarn::catalog
