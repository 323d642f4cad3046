#pragma once

#include <duckdb.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "common/duckdb/engine.h"

namespace tarn::duckdb {

/// The rows that a statement of one instance reads from a result of another, chunk by chunk.
struct StreamSource {
  std::shared_ptr<const Schema> schema;
  std::vector<std::string> names;  ///< of the columns
  std::function<Result<std::unique_ptr<Chunk>>()> next;
  std::unique_ptr<Chunk> current;  ///< what the engine's vectors show
  Status failure;                  ///< why next() ended early
};

/// The sources that SQL of an instance can name: tarn_stream(7). Thread-safe.
class StreamSources {
 public:
  int64_t Add(StreamSource& source);
  void Remove(int64_t id);
  /// Null for an unknown id.
  StreamSource* Find(int64_t id);

 private:
  std::mutex mutex_;
  int64_t last_ = 0;
  std::map<int64_t, StreamSource*> sources_;
};

/// Lets SQL of the connection's database call tarn_stream(id). `sources` must outlive the database. Errors:
/// kInternal.
Status RegisterStreamSource(duckdb_connection connection, StreamSources& sources);

}  // namespace tarn::duckdb
