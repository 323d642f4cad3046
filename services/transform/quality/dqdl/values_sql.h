#pragma once

#include <string>

#include "common/duckdb/engine.h"
#include "common/result/result.h"
#include "common/time/time.h"
#include "services/transform/quality/dqdl/ruleset.h"

namespace tarn::dqdl {

/// What one row must fulfil to keep a rule, as SQL that is true or false, never NULL. `column` is what the
/// rule is about and stands in the SQL as tarn_row."name"; `now` is the time of the check. Errors:
/// kUnprocessable if the column's type cannot be compared with the rule's values.

/// ColumnValues. NULL keeps a "!=" and a "not in" that does not name NULL, and breaks every other comparison
/// unless NULL is what is asked for; NaN is neither greater nor less than any number. Regular expressions
/// (RE2) must match the whole value.
Result<std::string> ValuesSql(const Condition& condition, const duckdb::Column& column, Timestamp now);

/// ColumnLength: characters, of NULL 0.
std::string LengthSql(const Condition& condition, const duckdb::Column& column);

/// ColumnDataType: whether the value, as text, can be read as the type. NULL can be read as any.
std::string DataTypeSql(const Condition& condition, const duckdb::Column& column);

/// DataFreshness: how long ago the value was, for dates and times; those without a time zone are taken as
/// UTC. NULL breaks it.
Result<std::string> FreshnessSql(const Condition& condition, const duckdb::Column& column, Timestamp now);

/// tarn_row."name".
std::string ColumnSql(const std::string& name);

bool IsNumeric(const std::string& type);

}  // namespace tarn::dqdl
