#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "common/events/consumer.h"
#include "common/events/wake_signal.h"
#include "common/metrics/registry.h"
#include "common/object_store/versioned_store.h"
#include "services/extract/replication/planner.h"
#include "services/extract/replication/target.h"
#include "services/extract/replication/task_store.h"

namespace tarn::extract {

struct ReplicatorOptions {
  int64_t concurrency = 4;                                   ///< objects under way at a time
  std::chrono::milliseconds initial_backoff{500};
  std::chrono::milliseconds max_backoff{5 * 60'000};
  std::chrono::milliseconds give_up_after{24 * 3'600'000};   ///< a target that is away; then FAILED
  int max_attempts = 5;                                      ///< of what fails in itself; then FAILED
  std::chrono::milliseconds poll{1'000};                     ///< how often the log and due retries are looked at
};

using TargetsByName = std::map<std::string, std::unique_ptr<ReplicationTarget>>;

/// Replicates in the background: follows the event log, and carries tasks out on threads of its own. A key's changes
/// reach a target in their order; different keys go side by side. A target that fails is left alone for a while, and
/// holds up no other. Survives any crash: what was under way is done again, which changes nothing at the target.
class Replicator {
 public:
  /// All must outlive it. `after_sequence` is where the log is followed from if it never was before.
  static Result<std::unique_ptr<Replicator>> Start(const ReplicatorOptions& options, object_store::VersionedStore& store,
                                                   ReplicationTaskStore& tasks, const TargetsByName& targets,
                                                   metrics::Registry& metrics);
  ~Replicator();
  /// Ends all background work, after the tasks under way.
  void Stop();

  /// There are new events, or tasks that may be tried again. Quick; any thread.
  void Wake();
  /// Forgets that a target failed lately (of all targets, if empty).
  void Resume(const std::string& target);

 private:
  struct CommitListener;
  struct Pause {
    int failures = 0;
    Timestamp until;
  };

  Replicator(const ReplicatorOptions& options, object_store::VersionedStore& store, ReplicationTaskStore& tasks,
             const TargetsByName& targets, metrics::Registry& metrics);

  Status Handle(const object_store::EventPage& page);
  void Work(const std::stop_token& stop);
  void Measure();
  /// A task that nobody works on, marked as taken.
  Result<std::optional<ReplicationTask>> Take();
  void Release(const ReplicationTask& task);
  void Execute(const ReplicationTask& task);
  Status Carry(const ReplicationTask& task);
  Status PutAt(ReplicationTarget& target, const ReplicationTask& task);
  void Succeeded(const ReplicationTask& task);
  void Failed(const ReplicationTask& task, const Error& error);
  void ShowStatus(const ReplicationTask& task, const std::string& final_status);
  std::set<std::string> Paused(Timestamp now);

  const ReplicatorOptions options_;
  object_store::VersionedStore& store_;
  ReplicationTaskStore& tasks_;
  const TargetsByName& targets_;
  metrics::Registry& metrics_;
  ReplicationPlanner planner_;
  const std::shared_ptr<events::WakeSignal> signal_;
  std::mutex mutex_;
  std::set<int64_t> taken_;                // guarded by mutex_
  std::map<std::string, Pause> pauses_;    // guarded by mutex_
  std::set<std::string> measured_targets_;  // of the measuring thread
  const std::shared_ptr<CommitListener> listener_;
  std::unique_ptr<events::Consumer> consumer_;
  std::vector<std::jthread> workers_;
  std::jthread measuring_;
};

}  // namespace tarn::extract
