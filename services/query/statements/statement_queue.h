#pragma once

#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "services/query/statements/admission.h"
#include "services/query/statements/statement_job.h"
#include "services/query/statements/statement_metrics.h"
#include "services/query/statements/statement_store.h"

namespace tarn::query {

struct StatementQueueOptions {
  int64_t workers = 4;
  int64_t max_queued = 1000;
  JobLimits limits;
  std::chrono::milliseconds retention{7 * 24 * 3'600'000};  ///< of finished statements and their results
};

/// Runs kept statements one after the other on its workers, in the order they came. Thread-safe.
/// A statement that a killed process left running ends as failed ("unavailable"): it may be what killed it. One that
/// an orderly stop interrupts goes back into the queue.
class StatementQueue {
 public:
  /// All references must outlive the queue.
  StatementQueue(const StatementQueueOptions& options, StatementRunner& runner, StatementStore& statements,
                 object_store::ObjectStore& store, Admission& admission, StatementMetrics& metrics)
      : options_(options), runner_(runner), statements_(statements), store_(store), admission_(admission), metrics_(metrics) {}
  ~StatementQueue() { Stop(); }

  /// Cleans up what an earlier process left and starts the workers.
  Status Start();
  void Stop();

  /// Takes a statement that passes the gate. Errors: as StatementRunner::Check; kResourceExhausted if too many wait.
  Result<Statement> Submit(StatementRequest request);

  /// The statement with its progress at this moment. Errors: kNotFound.
  Result<Statement> Get(const std::string& id);
  Result<std::vector<Statement>> List(const std::string& after, std::optional<StatementState> state, int64_t limit);

  /// Cancels a queued or running statement; one that ended stays as it is. Returns it as it is then: one that
  /// ran may be running still for a moment. Errors: kNotFound.
  Result<Statement> Cancel(const std::string& id);

 private:
  void Work(std::stop_token stop);
  bool RunNext(std::stop_token stop);
  void Sweep(std::stop_token stop);
  Status RemoveExpired();
  std::shared_ptr<StatementJob> FindJob(const std::string& id) const;

  const StatementQueueOptions options_;
  StatementRunner& runner_;
  StatementStore& statements_;
  object_store::ObjectStore& store_;
  Admission& admission_;
  StatementMetrics& metrics_;

  mutable std::mutex mutex_;
  std::condition_variable_any submitted_;
  uint64_t submissions_ = 1;  // counts wake-ups; the first is for what an earlier process left
  std::map<std::string, std::shared_ptr<StatementJob>> running_;
  std::vector<std::jthread> threads_;  // last: they use the others
};

}  // namespace tarn::query
