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
#include "services/query/statements/request_ids.h"
#include "services/query/statements/statement_job.h"
#include "services/query/statements/statement_metrics.h"
#include "services/query/statements/statement_runner.h"
#include "services/query/statements/statement_store.h"
#include "services/query/workgroups/workgroups.h"

namespace tarn::query {

struct StatementQueueOptions {
  std::chrono::milliseconds retention{45ll * 24 *
                                      3'600'000};  ///< of ended statements; results may expire earlier
};

/// What runs statements.
struct StatementParts {
  RunnerParts runner;
  Workgroups& workgroups;
  ResultFiles& results;
  Admission& admission;
  RequestIds& requests;
  StatementMetrics& metrics;
};

/// Runs kept statements, those of one workgroup in the order they came. Thread-safe.
/// A statement that a killed process left running ends as failed ("unavailable"): it may be what killed it.
/// One whose rows were written by then is no longer run: it succeeds. One that an orderly stop interrupts
/// goes back into the queue.
class StatementQueue {
 public:
  /// All references must outlive the queue.
  StatementQueue(const StatementQueueOptions& options, const StatementParts& parts,
                 StatementStore& statements)
      : options_(options), parts_(parts), statements_(statements) {}
  ~StatementQueue() { Stop(); }

  /// Cleans up what an earlier process left and starts what is queued.
  Status Start();
  void Stop();

  /// The id of a request with an Idempotency-Key, for its statement's write_id; empty without. Errors: as
  /// RequestIds.
  Result<std::string> IdOf(const http::Request& request) { return parts_.requests.IdOf(request); }

  /// Whether Submit() would take it, as far as the statement itself decides. Errors: as Submit.
  Status Check(StatementRequest request);

  /// Takes a statement that passes the gate; one with a max_age may come back with an earlier one's result,
  /// one with a write_id that was taken before as it is now. Errors: as StatementRunner::Check;
  /// kResourceExhausted if too many wait; kInvalidArgument for an unknown workgroup.
  Result<Statement> Submit(StatementRequest request);

  /// An earlier statement whose rows answer this one: the same to the letter, no older than its max_age, of
  /// the versions that its tables have now. Nothing without a max_age, or for statements without tables, with
  /// tables of this service and others, or that do more than to read. Errors: those of the catalog.
  Result<std::optional<Statement>> FindReusable(const StatementRequest& request, std::stop_token cancelled);

  /// The statement with its progress at this moment. Errors: kNotFound.
  Result<Statement> Get(const std::string& id);
  Result<std::vector<Statement>> List(const StatementStore::Filter& filter, int64_t limit);

  /// Cancels a queued or running statement. Returns it as it is then: one that ran may be running still for a
  /// moment. Errors: kNotFound; kConflict for one that has ended.
  Result<Statement> Cancel(const std::string& id);

 private:
  // The threads that run one workgroup's statements: as many as it may have at a time, made when they are
  // needed.
  struct Lane {
    int64_t threads = 0;
    uint64_t submissions = 0;  // counts wake-ups
  };

  void Wake(const std::string& workgroup);
  void Work(const std::string& workgroup, std::stop_token stop);
  bool RunNext(const std::string& workgroup, std::stop_token stop);
  void RunJob(StatementJob& job, const std::string& id, const Workgroup& workgroup, std::stop_token stop);
  void FailWithoutWorkgroup(const std::string& workgroup, const Error& reason);
  void Sweep(std::stop_token stop);
  Status RemoveExpired();
  Status SettleInterrupted(const Statement& statement);
  std::shared_ptr<StatementJob> FindJob(const std::string& id) const;

  const StatementQueueOptions options_;
  const StatementParts parts_;
  StatementStore& statements_;

  mutable std::mutex mutex_;
  std::condition_variable_any submitted_;
  bool stopped_ = false;
  std::map<std::string, Lane> lanes_;
  std::map<std::string, std::shared_ptr<StatementJob>> running_;
  std::vector<std::jthread> threads_;  // last: they use the others
};

/// Fills in what the workgroup decides: dialect and limits. Errors: kInvalidArgument with where() =
/// "/workgroup" for an unknown one.
Result<std::shared_ptr<const Workgroup>> AssignWorkgroup(const Workgroups& workgroups,
                                                         StatementRequest& request);

}  // namespace tarn::query
