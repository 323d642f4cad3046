#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "common/duckdb/engine.h"
#include "common/result/result.h"
#include "common/sql_gate/gate.h"

namespace tarn::transform {

/// Decides whether SQL of a definition may run: it goes through the same gate as that of queries, and it may
/// only read what a transform hands to it. Nothing is run. Thread-safe.
class SqlCheck {
 public:
  static Result<std::unique_ptr<SqlCheck>> Open();

  /// `relations`: what `sql` may read beside its own WITH queries, each as it stands after FROM; `source`
  /// says in messages where the others are to come from. Errors: kInvalidArgument unless `sql` is one SELECT,
  /// without parameters, of these relations and of functions that reach no files, settings or other
  /// statements; where() is "line <n>, column <n>" where it is known.
  Status IsOneSelect(const std::string& sql, const std::vector<std::string>& relations,
                     const std::string& source);

  /// Errors: kInvalidArgument unless the engine can read `pattern` as a regular expression (RE2).
  Status IsPattern(const std::string& pattern);

 private:
  SqlCheck(std::unique_ptr<sql_gate::Gate> gate, std::unique_ptr<duckdb::Instance> instance,
           std::unique_ptr<duckdb::Connection> connection)
      : gate_(std::move(gate)), instance_(std::move(instance)), connection_(std::move(connection)) {}

  const std::unique_ptr<sql_gate::Gate> gate_;
  std::mutex mutex_;
  std::unique_ptr<duckdb::Instance> instance_;
  std::unique_ptr<duckdb::Connection> connection_;
};

}  // namespace tarn::transform
