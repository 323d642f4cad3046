#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>

#include "services/query/statements/statement.h"
#include "services/query/statements/statement_runner.h"
#include "services/query/statements/statement_stop.h"
#include "services/query/workgroups/workgroups.h"

namespace tarn::query {

/// Runs one kept statement and stores its rows. Run() on one thread; the rest from any.
class StatementJob {
 public:
  StatementJob(Statement statement, std::shared_ptr<const Workgroup> workgroup, std::stop_token shutdown);

  /// Returns the statement as it ended. Peek() goes on to show it at work: nobody shall see an end that is not on disk.
  Statement Run(StatementRunner& runner, ResultFiles& results);

  void Cancel() { stop_.Cancel(); }
  /// What a client sees meanwhile: progress and rows so far.
  Statement Peek() const;

 private:
  Status RunWithinMemory(StatementRunner& runner, ResultFiles& results);
  Status RunAndStore(StatementRunner& runner, ResultFiles& results);
  Status StoreRows(Execution& execution, ResultFiles& results, std::stop_token stop);

  mutable std::mutex mutex_;  // of statement_ and execution_
  Statement statement_;
  std::shared_ptr<Execution> execution_;
  const std::shared_ptr<const Workgroup> workgroup_;
  StatementStop stop_;
};

}  // namespace tarn::query
