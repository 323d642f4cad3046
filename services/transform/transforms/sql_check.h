#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "common/duckdb/engine.h"
#include "common/result/result.h"

namespace tarn::transform {

/// Parses SQL with DuckDB's own parser, without running it. Thread-safe.
class SqlCheck {
 public:
  static Result<std::unique_ptr<SqlCheck>> Open();

  /// Errors: kInvalidArgument unless `sql` is one SELECT; where() is "line <n>" for a syntax error.
  Status IsOneSelect(const std::string& sql);

  /// Errors: kInvalidArgument unless the engine can read `pattern` as a regular expression (RE2).
  Status IsPattern(const std::string& pattern);

 private:
  SqlCheck(std::unique_ptr<duckdb::Instance> instance, std::unique_ptr<duckdb::Connection> connection)
      : instance_(std::move(instance)), connection_(std::move(connection)) {}

  std::mutex mutex_;
  std::unique_ptr<duckdb::Instance> instance_;
  std::unique_ptr<duckdb::Connection> connection_;
};

}  // namespace tarn::transform
