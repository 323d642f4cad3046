#pragma once

#include <string>

#include "services/catalog/types/data_type.h"

namespace tarn::catalog {

/// Writes a type as DuckDB's DESCRIBE does: "STRUCT(a BIGINT, \"b c\" VARCHAR)[]". ParseType reads it back.
/// kNull is "NULL" by itself (kUnknownType) and "\"NULL\"" within another type, as DuckDB writes it.
std::string DuckDbType(const DataType& type);

/// Writes a type as AWS Glue and Apache Hive do: "array<struct<a:bigint,`b c`:string>>". What they lack:
/// unsigned integers become the next wider type (UBIGINT decimal(20,0)), HUGEINT and UHUGEINT decimal(38,0),
/// TIMESTAMP WITH TIME ZONE timestamp (of UTC), fixed-size arrays array<>, and TIME, INTERVAL, UUID, BIT,
/// JSON, VARIANT, ENUM, UNION and BIGNUM string.
std::string HiveType(const DataType& type);

/// Writes a type as Trino does: "array(row(a bigint, \"b c\" varchar))". What it lacks: unsigned integers and
/// HUGEINT as in Hive; VARIANT is json; INTERVAL, BIT, ENUM, UNION and BIGNUM are varchar.
std::string TrinoType(const DataType& type);

}  // namespace tarn::catalog
