#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "common/duckdb/engine.h"
#include "common/result/result.h"

namespace tarn::query {

/// One instance with its idle connections. Connections that are out keep it, also after it was replaced.
struct PooledInstance;

/// The instance that all statements of an engine share, and a pool of its connections. A broken instance is
/// replaced by the next who asks; what runs on the old one goes on there to its end. Thread-safe.
class SharedInstance {
 public:
  /// A connection of one statement at a time, with an empty database of its own to make views in: other
  /// statements do not see them. Given back, and its database dropped, when it is destroyed. One thread at a
  /// time.
  class Session {
   public:
    Session(std::shared_ptr<PooledInstance> instance, std::unique_ptr<duckdb::Connection> connection)
        : instance_(std::move(instance)), connection_(std::move(connection)) {}
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;
    ~Session();

    /// Makes its database. Errors: as Connection::Run.
    Status Prepare();

    duckdb::Connection& connection() { return *connection_; }

   private:
    Status Clean();

    std::shared_ptr<PooledInstance> instance_;
    std::unique_ptr<duckdb::Connection> connection_;
    std::string database_;  // empty until there is one
  };

  /// Each instance spills into a directory of its own below `options.temp_directory`.
  explicit SharedInstance(duckdb::InstanceOptions options) : options_(std::move(options)) {}

  /// Takes well under a millisecond, but the first one of an instance about 20. Errors: kUnavailable when the
  /// instance broke meanwhile: ask again; kInternal.
  Result<std::unique_ptr<Session>> Take();

  /// How many instances were replaced because they broke.
  int64_t replaced() const;

 private:
  Result<std::shared_ptr<PooledInstance>> Current();

  const duckdb::InstanceOptions options_;
  mutable std::mutex mutex_;
  std::shared_ptr<PooledInstance> current_;
  int64_t replaced_ = 0;
};

}  // namespace tarn::query
