#pragma once

#include <atomic>
#include <memory>

#include "common/duckdb/documents.h"
#include "common/duckdb/engine.h"
#include "common/duckdb/handles.h"
#include "common/duckdb/stream_source.h"

namespace tarn::duckdb {

/// What an instance shares with its connections, which may outlive it.
struct Database {
  Database(int64_t threads, uint64_t memory_bytes) : documents(threads, memory_bytes) {}

  StreamSources streams;  // first: functions of the database use both
  Documents documents;
  DatabaseHandle handle;
  bool counts_progress = true;
  std::atomic<bool> broken = false;
};

/// Opens a session. Errors: kInternal, kUnavailable once the database is broken.
Result<std::unique_ptr<Connection>> OpenConnection(std::shared_ptr<Database> database);

}  // namespace tarn::duckdb
