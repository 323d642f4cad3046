#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>

#include "common/object_store/object_store.h"
#include "services/query/statements/statement.h"
#include "services/query/statements/statement_runner.h"
#include "services/query/statements/statement_stop.h"

namespace tarn::query {

struct JobLimits {
  std::chrono::milliseconds timeout{300'000};
  int64_t max_result_rows = 100'000'000;
  uint64_t max_result_bytes = 4ull << 30;
};

/// Runs one kept statement and stores its rows. Run() on one thread; the rest from any.
class StatementJob {
 public:
  StatementJob(Statement statement, const JobLimits& limits, std::stop_token shutdown)
      : statement_(std::move(statement)), limits_(limits), stop_(shutdown, limits.timeout) {}

  /// Returns the statement as it ended.
  Statement Run(StatementRunner& runner, object_store::ObjectStore& store);

  void Cancel() { stop_.Cancel(); }
  /// What a client sees meanwhile: progress and rows so far.
  Statement Peek() const;

 private:
  Status RunWithinMemory(StatementRunner& runner, object_store::ObjectStore& store);
  Status RunAndStore(StatementRunner& runner, object_store::ObjectStore& store);
  Result<std::unique_ptr<object_store::StagedObject>> StageRows(Execution& execution, object_store::ObjectStore& store);

  mutable std::mutex mutex_;  // of statement_ and execution_
  Statement statement_;
  std::shared_ptr<Execution> execution_;
  const JobLimits limits_;
  StatementStop stop_;
};

}  // namespace tarn::query
