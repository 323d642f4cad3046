#pragma once

#include <mutex>
#include <utility>

#include "common/sqlite/database.h"

namespace tarn::catalog {

/// Holds one snapshot of the database while it lives, so that several SELECTs see the same commits; and the
/// lock of the connection.
class ReadTransaction {
 public:
  /// Errors: those of the database.
  static Result<ReadTransaction> Begin(sqlite::Database& database) {
    ReadTransaction transaction(database);
    TARN_TRY(database.Execute("BEGIN"));
    transaction.begun_ = true;
    return transaction;
  }
  ReadTransaction(ReadTransaction&& other) noexcept
      : database_(other.database_),
        lock_(std::move(other.lock_)),
        begun_(std::exchange(other.begun_, false)) {}
  ~ReadTransaction() {
    // Nothing was written, so rolling back is as good as committing and cannot fail on the disk.
    if (begun_) (void)database_.Execute("ROLLBACK");
  }

 private:
  explicit ReadTransaction(sqlite::Database& database) : database_(database), lock_(database.Lock()) {}

  sqlite::Database& database_;
  std::unique_lock<std::recursive_mutex> lock_;
  bool begun_ = false;
};

}  // namespace tarn::catalog
