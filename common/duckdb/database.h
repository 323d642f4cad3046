#pragma once

#include <atomic>
#include <memory>

#include "common/duckdb/engine.h"
#include "common/duckdb/handles.h"
#include "common/duckdb/stream_source.h"

namespace tarn::duckdb {

/// What an instance shares with its connections, which may outlive it.
struct Database {
  StreamSources streams;  // first: functions of the database use it
  DatabaseHandle handle;
  std::atomic<bool> broken = false;
};

/// Opens a session. Errors: kInternal, kUnavailable once the database is broken.
Result<std::unique_ptr<Connection>> OpenConnection(std::shared_ptr<Database> database);

}  // namespace tarn::duckdb
