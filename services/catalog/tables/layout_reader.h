#pragma once

#include <cstdint>
#include <vector>

#include "common/sqlite/database.h"
#include "services/catalog/evolution/schema_change.h"
#include "services/catalog/evolution/schema_merge.h"

namespace tarn::catalog {

/// The layouts that a table's live files have, in the order of their first appearance.
/// Errors of all functions: those of the database, kInternal for a damaged record.
Result<std::vector<LayoutUse>> ReadLiveLayouts(sqlite::Database& database, int64_t table_id);

/// The same for a version that need not be the current one. Costs as much as the table has files.
Result<std::vector<LayoutUse>> ReadLayouts(sqlite::Database& database, int64_t table_id, int64_t version);

/// Tells which files have `column` in which type, with a few of their keys: those of `version`.
Result<std::vector<TypeSide>> ReadSides(sqlite::Database& database, const Column& column,
                                        const std::vector<LayoutUse>& layouts, int64_t version);

/// Fills sides and words: changes of a type into something else, or in place of text that stood for nothing
/// known, show the files on each side.
Status Explain(sqlite::Database& database, const std::vector<Column>& columns,
               const std::vector<LayoutUse>& layouts, int64_t version, std::vector<SchemaChange>* changes);

}  // namespace tarn::catalog
