#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "common/duckdb/engine.h"
#include "common/http/message.h"
#include "services/query/formats/result_format.h"

namespace tarn::query {

/// A result on its way to a client.
struct RowsToWrite {
  duckdb::ResultStream* rows = nullptr;
  std::unique_ptr<duckdb::Chunk> chunk;  ///< the next to write, null at the end
  std::unique_ptr<ResultFormat> format;
  std::string buffer;            ///< rendered, and not written yet
  int64_t max_rows = INT64_MAX;  ///< the rest is left out
  int64_t written = 0;
  bool truncated = false;

  /// Fetches the first chunk and renders the head: what goes wrong here can still be told with a status of
  /// its own.
  Status Begin();

  /// Writes everything. `stats` is asked at the end. Rows wait at most a fifth of a second for others to go
  /// with them, as long as the engine gives any. Errors: those of the rows, the format and the writer.
  Status Write(const std::function<nlohmann::json()>& stats, http::BodyWriter& writer);

 private:
  Status WriteChunk(http::BodyWriter& writer);
};

}  // namespace tarn::query
