#pragma once

#include "common/duckdb/engine.h"
#include "common/result/result.h"
#include "common/time/time.h"

namespace tarn::transform {

/// Makes now(), current_timestamp, current_date, today() and their like give `now` in the SQL of a
/// connection, by macros that hide the engine's functions. Errors: as duckdb::Connection::Run.
Status FixClock(duckdb::Connection& connection, Timestamp now);

}  // namespace tarn::transform
