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
/// A connection with what is known of its state.
struct PooledConnection;

/// The instance that all statements of an engine share, and a pool of its connections. A broken instance is
/// replaced by the next who asks; what runs on the old one goes on there to its end. Thread-safe.
class SharedInstance {
 public:
  /// A connection of one statement at a time, with a database of its own to make views in: other statements
  /// do not see them. Given back when it is destroyed: with its database if Keep() was called, for a
  /// statement that needs just that; else the database is dropped. One thread at a time.
  class Session {
   public:
    Session(std::shared_ptr<PooledInstance> instance, std::unique_ptr<PooledConnection> connection);
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;
    ~Session();

    /// Whether what was asked for is in the database already; else the database is empty.
    bool made() const { return made_; }
    /// What was asked for is in the database now, and nothing else will be.
    void Keep() { keep_ = true; }
    /// Sets whether the progress of what comes is counted, which takes up to three hundredths of its time.
    Status CountProgress(bool counts);

    duckdb::Connection& connection();

   private:
    friend class SharedInstance;
    Status Prepare(const std::string& views);

    std::shared_ptr<PooledInstance> instance_;
    std::unique_ptr<PooledConnection> connection_;
    bool made_ = false, keep_ = false;
  };

  /// Each instance spills into a directory of its own below `options.temp_directory`, and counts progress only where
  /// a session asks for it.
  explicit SharedInstance(duckdb::InstanceOptions options);

  /// A session for a statement that needs what `views`, as SQL, makes; else one with an empty database. Takes
  /// well under a millisecond, but the first one of an instance about 20. Errors: kUnavailable when the
  /// instance broke meanwhile: ask again; kInternal.
  Result<std::unique_ptr<Session>> Take(const std::string& views = "");

  /// How many instances were replaced because they broke.
  int64_t replaced() const;

 private:
  Result<std::shared_ptr<PooledInstance>> Current();

  duckdb::InstanceOptions options_;
  mutable std::mutex mutex_;
  std::shared_ptr<PooledInstance> current_;
  int64_t replaced_ = 0;
};

}  // namespace tarn::query
