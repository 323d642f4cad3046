#pragma once

#include <string>
#include <vector>

#include "common/catalog_client/snapshot.h"
#include "services/query/sql/command.h"
#include "services/query/writes/row_writer.h"

namespace tarn::query {

/// How a statement's rows become files as its WITH says. Errors: kUnprocessable for columns without a name,
/// of the same name or of a type that files do not hold, for partitions that the rows do not have, or that
/// are all columns.
Result<RowLayout> LayoutOf(const std::vector<duckdb::Column>& rows, const WriteOptions& options);

/// How rows are added to a table: as its newest file is written, Parquet if it has none. `columns` are those
/// that the rows have, in order; empty: all of the table's. Errors: kUnprocessable for unknown and repeated
/// columns, a missing partition key, and files that are read in ways that nothing is written in.
Result<RowLayout> LayoutFor(const catalog_client::TableSnapshot& table,
                            const std::vector<std::string>& columns);

/// "bucket/prefix/" in two.
std::pair<std::string, std::string> SplitLocation(const std::string& location);

}  // namespace tarn::query
