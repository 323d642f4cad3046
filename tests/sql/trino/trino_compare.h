#pragma once

#include <string>

#include "tests/sql/trino/trino_case.h"
#include "tests/sql/trino/trino_runner.h"

namespace tarn::query {

/// Why a statement's rows are not what Trino gives; empty if they are. `other` runs the statement that a case
/// of kind matches_sql names. Values and types must be the same; only the lengths of varchar do not count.
/// Rows come in any order.
std::string Difference(const TrinoCase& wanted, const TrinoRows& got, TrinoRunner& runner);

}  // namespace tarn::query
