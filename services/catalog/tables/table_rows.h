#pragma once

#include "common/sqlite/database.h"
#include "services/catalog/tables/types.h"

namespace tarn::catalog {

/// What a SELECT of `tables t` has to begin with, for ReadTable.
extern const char* const kSelectTables;
/// Errors: kInternal for a damaged record.
Result<Table> ReadTable(const sqlite::Statement& row);

/// The id of a table. Errors: kNotFound, those of the database.
Result<int64_t> TableId(sqlite::Database& database, const TableName& name);
Error NoSuchTable(const TableName& name);

/// What a SELECT of `databases d` has to begin with, for ReadDatabase.
extern const char* const kSelectDatabases;
/// Errors: kInternal for a damaged record.
Result<Database> ReadDatabase(const sqlite::Statement& row);

}  // namespace tarn::catalog
