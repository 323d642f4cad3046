#pragma once

#include <atomic>
#include <memory>

#include "common/duckdb/engine.h"
#include "common/duckdb/handles.h"

namespace tarn::duckdb {

/// What an instance shares with its connections, which may outlive it.
struct Database {
  DatabaseHandle handle;
  std::atomic<bool> broken = false;
};

/// Opens a session. Errors: kInternal, kUnavailable once the database is broken.
Result<std::unique_ptr<Connection>> OpenConnection(std::shared_ptr<Database> database);

}  // namespace tarn::duckdb
