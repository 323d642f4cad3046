#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "common/duckdb/engine.h"
#include "common/result/result.h"
#include "services/transform/transforms/definition.h"

namespace tarn::transform {

/// What the SQL of one run may cost.
struct EngineLimits {
  /// Of what the engine counts and what it does not: buffers of its readers and writers, what its allocator
  /// keeps.
  uint64_t memory_bytes = 1ull << 30;
  uint64_t temp_bytes = 8ull << 30;
  int64_t threads = 2;
  bool keep_order = false;  ///< rows of files come in their order also without ORDER BY, which costs time

  /// What the engine is told: a part of the memory stays for what it does not count.
  uint64_t CountedBytes() const;
};

/// Less than this is little: see GiveMemoryBackAtOnce.
inline constexpr uint64_t kLittleMemory = 512ull << 20;

/// A fresh database in memory in which one run's inputs (LoadInputs), models (ModelBuilder) and outputs
/// (OutputWriter) are computed. Its SQL reaches the files of the given directories and nothing else. Errors
/// of all methods: as duckdb::Connection::Execute.
class SqlWorkspace {
 public:
  /// `scratch` takes what spills and what is written; `readable` is where the inputs are.
  static Result<std::unique_ptr<SqlWorkspace>> Open(const EngineLimits& limits,
                                                    const std::filesystem::path& scratch,
                                                    const std::vector<std::filesystem::path>& readable);

  /// The columns of what stands after FROM, and its rows.
  Result<std::vector<duckdb::Column>> Columns(const std::string& relation);
  Result<int64_t> RowsOf(const std::string& relation);
  duckdb::Connection& connection() { return *connection_; }

 private:
  SqlWorkspace(std::unique_ptr<duckdb::Instance> instance, std::unique_ptr<duckdb::Connection> connection)
      : instance_(std::move(instance)), connection_(std::move(connection)) {}

  std::unique_ptr<duckdb::Instance> instance_;
  std::unique_ptr<duckdb::Connection> connection_;
};

}  // namespace tarn::transform
