#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "common/duckdb/engine.h"
#include "common/result/result.h"
#include "common/time/time.h"
#include "services/transform/transforms/definition.h"

namespace tarn::transform {

/// Parses the rows of a test: an array of objects. Errors: kInvalidArgument.
Result<nlohmann::json> ParseRows(const std::string& rows);

/// A SELECT of the rows with these columns, in their order: what a row leaves out is NULL, and so is JSON's
/// null. Texts are cast to the type of the column ("2026-01-31", "12345678901234567890", "1.50").
std::string RowsQuery(const nlohmann::json& rows, const std::vector<duckdb::Column>& columns);

/// The columns of the rows, in the order in which they first occur, with the types that hold their values:
/// BIGINT, DOUBLE, BOOLEAN, VARCHAR, STRUCT, lists of them, JSON. Errors: as duckdb::Connection::Rows.
Result<std::vector<duckdb::Column>> InferColumns(duckdb::Connection& connection, const nlohmann::json& rows);

/// Makes the relation of an input out of rows. All formats have object_key, object_version and object_time;
/// where a row leaves them out they are "test-<n>.json", "test" and the time in the key, else `now`. JSON and
/// NDJSON have `document` beside them, the others the declared columns or those of the rows. Errors:
/// kInvalidArgument for a column that the input does not have; as duckdb::Connection::Run.
Status GiveInput(duckdb::Connection& connection, const Input& input, const nlohmann::json& rows,
                 Timestamp now);

/// Makes the relation of a cataloged table out of rows. Errors: kInvalidArgument if there is no row, since
/// its columns are not known then; as duckdb::Connection::Run.
Status GiveTable(duckdb::Connection& connection, const std::string& table, const nlohmann::json& rows);

}  // namespace tarn::transform
