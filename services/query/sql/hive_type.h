#pragma once

#include <string>

#include "common/result/result.h"
#include "services/query/sql/statement_reader.h"

namespace tarn::query {

/// Reads a type of a CREATE TABLE or ALTER TABLE (Hive's names, and Trino's for the same: string, array<int>,
/// struct<a:bigint>, map<string,date>, decimal(10,2)) and returns what the engine calls it. Errors:
/// kUnprocessable with the place for a type that is unknown or nested over 50 levels deep.
/// https://docs.aws.amazon.com/athena/latest/ug/data-types.html
Result<std::string> ReadHiveType(StatementReader& reader);

}  // namespace tarn::query
