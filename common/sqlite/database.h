#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "common/result/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace tarn::sqlite {

class Database;

/// A prepared statement in use: bind, step, read columns. Returned to its database's cache when destroyed.
/// Parameters count from 1, columns from 0.
class Statement {
 public:
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&&) = delete;
  ~Statement();

  Statement& Bind(int index, int64_t value);
  Statement& Bind(int index, int value) { return Bind(index, static_cast<int64_t>(value)); }
  Statement& Bind(int index, double value);
  Statement& Bind(int index, std::string_view text);
  Statement& Bind(int index, const char* text) { return Bind(index, std::string_view(text)); }
  Statement& Bind(int index, const std::string& text) { return Bind(index, std::string_view(text)); }
  Statement& BindBlob(int index, std::string_view bytes);
  Statement& BindNull(int index);
  template <class T>
  Statement& Bind(int index, const std::optional<T>& value) {
    return value ? Bind(index, *value) : BindNull(index);
  }

  /// Moves to the next row; false at the end. Errors: kConflict for a violated constraint, kUnavailable when
  /// the file stays locked past the busy timeout, kResourceExhausted when the disk is full, else kInternal.
  Result<bool> Step();
  /// Steps to the end, for statements that return nothing.
  Status Run();

  bool IsNull(int column) const;
  int64_t Integer(int column) const;
  double Real(int column) const;
  std::string Text(int column) const;
  std::optional<std::string> OptionalText(int column) const;
  std::optional<int64_t> OptionalInteger(int column) const;

 private:
  friend class Database;
  Statement(Database* database, std::string sql, sqlite3_stmt* handle)
      : database_(database), sql_(std::move(sql)), handle_(handle) {}

  Database* database_;
  std::string sql_;
  sqlite3_stmt* handle_;
  int bind_error_ = 0;
};

/// One connection to a SQLite file in WAL mode with synchronous=FULL (a commit survives power loss), foreign
/// keys on and a busy timeout. Not thread-safe by itself: hold the lock of `Lock()` from the first Prepare to
/// the end of the last Statement, or keep the connection to one thread.
class Database {
 public:
  struct Options {
    std::chrono::milliseconds busy_timeout{10'000};
    bool read_only = false;
  };

  /// Opens or creates the file (mode 0600); ":memory:" is allowed. Errors: kUnavailable, kInternal.
  static Result<std::unique_ptr<Database>> Open(const std::filesystem::path& path, const Options& options);
  static Result<std::unique_ptr<Database>> Open(const std::filesystem::path& path) {
    return Open(path, Options());
  }

  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  /// Locks the connection for the calling thread (recursive).
  [[nodiscard]] std::unique_lock<std::recursive_mutex> Lock() { return std::unique_lock(mutex_); }

  /// Prepares one statement, from a cache where possible. Errors: kInternal for wrong SQL.
  Result<Statement> Prepare(std::string_view sql);
  /// Runs any number of statements without parameters.
  Status Execute(const std::string& sql);

  /// Runs `work` under the lock in one immediate transaction: commits if it succeeds, else rolls back and
  /// returns its error. Must not be nested.
  Status Transact(const std::function<Status()>& work);

  /// True once the disk failed to read or write the file: what a failed transaction left there is not known.
  bool disk_failed() const { return disk_failed_; }

  /// Rows changed by the last INSERT, UPDATE or DELETE.
  int64_t Changes() const;
  int64_t LastInsertId() const;

  /// Brings the schema to version migrations.size(): migrations[i] takes it from version i to i + 1, each in
  /// a transaction of its own together with the version's record in the table schema_version. Errors:
  /// kConflict if the file is of a newer version than this program knows.
  Status Migrate(const std::vector<std::string>& migrations);

 private:
  friend class Statement;
  explicit Database(sqlite3* handle) : handle_(handle) {}
  Error Failure(int code, std::string_view doing) const;

  sqlite3* handle_;
  mutable bool disk_failed_ = false;
  std::recursive_mutex mutex_;
  std::unordered_map<std::string, std::vector<sqlite3_stmt*>> idle_statements_;
};

}  // namespace tarn::sqlite
