#pragma once

#include <duckdb.h>

#include "common/duckdb/scalar_function.h"
#include "common/result/result.h"

namespace tarn::duckdb {

/// Makes a function known to a database. `function` must outlive the database. Errors: kInternal.
Status Register(duckdb_connection connection, const ScalarFunction& function);

}  // namespace tarn::duckdb
