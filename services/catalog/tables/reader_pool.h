#pragma once

#include <condition_variable>
#include <filesystem>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "common/sqlite/database.h"

namespace tarn::catalog {

/// Connections for long reads, so that many of them go on side by side, and none holds up a crawl: a commit waits for
/// no reader (SQLite's write-ahead log), and the short reads of a crawl have a connection of their own. Thread-safe.
class ReaderPool {
 public:
  /// Errors: those of Database::Open.
  static Result<std::unique_ptr<ReaderPool>> Open(const std::filesystem::path& file, size_t connections);

  /// A connection that nobody else has as long as this lives.
  class Lease {
   public:
    Lease(ReaderPool& pool, sqlite::Database& database) : pool_(&pool), database_(&database) {}
    Lease(Lease&& other) noexcept : pool_(std::exchange(other.pool_, nullptr)), database_(other.database_) {}
    Lease& operator=(Lease&&) = delete;
    ~Lease() {
      if (pool_) pool_->Return(*database_);
    }
    sqlite::Database& operator*() const { return *database_; }

   private:
    ReaderPool* pool_;
    sqlite::Database* database_;
  };

  /// Waits until a connection is free. Who has one must not ask for another.
  Lease Take();

 private:
  ReaderPool() = default;
  void Return(sqlite::Database& database);

  std::vector<std::unique_ptr<sqlite::Database>> all_;
  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<sqlite::Database*> idle_;
};

}  // namespace tarn::catalog
