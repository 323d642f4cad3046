#include "services/extract/replication/replicator.h"

#include <algorithm>

#include "common/http_client/http_client.h"
#include "common/logging/log.h"

namespace tarn::extract {
namespace {

using object_store::Event;

http_client::RetryPolicy BackoffPolicy(const ReplicatorOptions& options) {
  http_client::RetryPolicy policy;
  policy.initial_backoff = options.initial_backoff;
  policy.max_backoff = options.max_backoff;
  return policy;
}

}  // namespace

/// What the store calls, as long as there is a consumer: the store keeps its listeners for good.
struct Replicator::CommitListener {
  std::mutex mutex;
  events::Consumer* consumer = nullptr;

  void Attach(events::Consumer* to) {
    const std::lock_guard lock(mutex);
    consumer = to;
  }
  void Wake() {
    const std::lock_guard lock(mutex);
    if (consumer) consumer->Wake();
  }
};

Replicator::Replicator(const ReplicatorOptions& options, object_store::VersionedStore& store,
                       ReplicationTaskStore& tasks, const TargetsByName& targets, metrics::Registry& metrics)
    : options_(options), store_(store), tasks_(tasks), targets_(targets), metrics_(metrics), planner_(store, tasks),
      signal_(std::make_shared<events::WakeSignal>()), listener_(std::make_shared<CommitListener>()) {}

Result<std::unique_ptr<Replicator>> Replicator::Start(const ReplicatorOptions& options,
                                                      object_store::VersionedStore& store, ReplicationTaskStore& tasks,
                                                      const TargetsByName& targets, metrics::Registry& metrics) {
  // Rules speak of what comes after them, so a store that was never followed is followed from its end.
  TARN_ASSIGN(const int64_t end, store.LastSequence());
  TARN_ASSIGN(const int64_t cursor, tasks.Cursor(end));
  std::unique_ptr<Replicator> replicator(new Replicator(options, store, tasks, targets, metrics));
  Replicator* const self = replicator.get();

  events::ConsumerOptions follow;
  follow.name = "replication";
  follow.poll = options.poll;
  self->consumer_ = events::Consumer::Start(follow, store, cursor,
                                            [self](const object_store::EventPage& page) { return self->Handle(page); });
  self->listener_->Attach(self->consumer_.get());
  store.OnCommit([listener = self->listener_](int64_t) { listener->Wake(); });
  for (int64_t i = 0; i < options.concurrency; ++i) {
    self->workers_.emplace_back([self](std::stop_token stop) { self->Work(stop); });
  }
  self->measuring_ = std::jthread([self](std::stop_token stop) {
    while (!stop.stop_requested()) {
      self->Measure();
      self->signal_->Pause(stop, std::chrono::seconds(1));
    }
  });
  return replicator;
}

Replicator::~Replicator() { Stop(); }

void Replicator::Stop() {
  listener_->Attach(nullptr);
  measuring_ = std::jthread();  // stops and joins
  for (auto& worker : workers_) worker.request_stop();
  workers_.clear();
  consumer_.reset();
}

void Replicator::Wake() {
  listener_->Wake();
  signal_->Wake();
}

void Replicator::Resume(const std::string& target) {
  {
    const std::lock_guard lock(mutex_);
    if (target.empty()) pauses_.clear();
    pauses_.erase(target);
  }
  signal_->Wake();
}

Status Replicator::Handle(const object_store::EventPage& page) {
  TARN_TRY(planner_.Plan(page));
  signal_->Wake();
  return Ok();
}

void Replicator::Work(const std::stop_token& stop) {
  uint64_t seen = 0;
  while (!stop.stop_requested()) {
    const auto task = Take();
    if (task.ok() && *task) {
      Execute(**task);
      Release(**task);
      continue;
    }
    if (!task.ok()) log::Warn("replications could not be read", {{"reason", task.error()}});
    signal_->Wait(stop, options_.poll, seen);
  }
}

Result<std::optional<ReplicationTask>> Replicator::Take() {
  const Timestamp now = Now();
  const auto paused = Paused(now);
  const std::lock_guard lock(mutex_);
  // As many as can be under way, and one more: if all are taken, there is none.
  TARN_ASSIGN(const auto due, tasks_.Due(now, paused, options_.concurrency + 1));
  for (const ReplicationTask& task : due) {
    if (taken_.insert(task.id).second) return std::optional(task);
  }
  return std::optional<ReplicationTask>();
}

void Replicator::Release(const ReplicationTask& task) {
  {
    const std::lock_guard lock(mutex_);
    taken_.erase(task.id);
  }
  signal_->Wake();  // the next change of its key may go now
}

std::set<std::string> Replicator::Paused(Timestamp now) {
  const std::lock_guard lock(mutex_);
  std::set<std::string> paused;
  for (const auto& [target, pause] : pauses_) {
    if (pause.until > now) paused.insert(target);
  }
  return paused;
}

void Replicator::Execute(const ReplicationTask& task) {
  const Status done = Carry(task);
  if (done.ok()) {
    Succeeded(task);
  } else {
    Failed(task, done.error());
  }
}

Status Replicator::Carry(const ReplicationTask& task) {
  const auto target = targets_.find(task.target);
  if (target == targets_.end()) {
    return Error(Code::kInvalidArgument, "there is no replication target of that name: " + task.target);
  }
  if (task.operation == ReplicationTask::Operation::kDelete) return target->second->Delete(task.bucket, task.key);
  return PutAt(*target->second, task);
}

Status Replicator::PutAt(ReplicationTarget& target, const ReplicationTask& task) {
  const auto object = store_.HeadVersion(task.bucket, task.key, task.version);
  if (!object.ok()) {
    // Gone for good: what replaced or deleted it has a task of its own.
    const Code code = object.error().code();
    return code == Code::kNotFound || code == Code::kMethodNotAllowed ? Ok() : Status(object.error());
  }
  TARN_TRY(target.Put(*object, [&] { return store_.GetVersion(task.bucket, task.key, task.version, std::nullopt); }));
  metrics_.GetCounter("tarn_replication_bytes_total", "Bytes replicated.", {{"target", task.target}})
      .Add(static_cast<double>(object->size_bytes));
  return Ok();
}

void Replicator::Succeeded(const ReplicationTask& task) {
  {
    const std::lock_guard lock(mutex_);
    pauses_.erase(task.target);
  }
  const Status completed = tasks_.Complete(task.id);
  if (!completed.ok()) {  // it is done again, which changes nothing
    log::Warn("a replication's end could not be recorded", {{"task", task.id}, {"reason", completed.error()}});
    return;
  }
  metrics_.GetCounter("tarn_replication_objects_total", "Replications that ended, by outcome.",
                      {{"target", task.target}, {"outcome", "completed"}}).Add();
  ShowStatus(task, "COMPLETED");
}

void Replicator::Failed(const ReplicationTask& task, const Error& error) {
  if (error.code() == Code::kCancelled) return;  // stopping: it is pending still
  const int attempts = task.attempts + 1;
  const bool known = targets_.contains(task.target);
  const bool passing = error.retryable();
  const bool gave_up = passing ? Now() - task.event_time > options_.give_up_after
                               : attempts >= options_.max_attempts || !known;
  const auto delay = http_client::Backoff(BackoffPolicy(options_), attempts) + options_.initial_backoff;
  {
    const std::lock_guard lock(mutex_);
    if (passing) {
      Pause& pause = pauses_[task.target];
      pause.until = Now() + http_client::Backoff(BackoffPolicy(options_), ++pause.failures);
    }
  }
  log::Warn(gave_up ? "a replication failed" : "a replication is tried again",
            {{"bucket", task.bucket}, {"key", task.key}, {"target", task.target}, {"attempt", attempts},
             {"reason", error}});
  const Status stored =
      tasks_.Fail(task.id, error.message(), gave_up ? std::nullopt : std::optional<Timestamp>(Now() + delay));
  if (!stored.ok()) log::Warn("a replication's failure could not be recorded", {{"reason", stored.error()}});
  if (!gave_up) return;
  metrics_.GetCounter("tarn_replication_objects_total", "Replications that ended, by outcome.",
                      {{"target", task.target}, {"outcome", "failed"}}).Add();
  ShowStatus(task, "FAILED");
}

// An object with several targets is COMPLETED when all have it, and FAILED as soon as one has failed.
void Replicator::ShowStatus(const ReplicationTask& task, const std::string& final_status) {
  if (task.operation != ReplicationTask::Operation::kPut) return;
  const auto others = tasks_.OthersOf(task.bucket, task.key, task.version);
  if (!others.ok()) return;
  if (others->pending && final_status == "COMPLETED" && !others->failed) return;
  const Status set = store_.SetReplicationStatus(task.bucket, task.key, task.version,
                                                 others->failed ? "FAILED" : final_status);
  if (set.ok() || set.error().code() == Code::kNotFound) return;
  log::Warn("a replication status could not be set", {{"bucket", task.bucket}, {"reason", set.error()}});
}

void Replicator::Measure() {
  const auto counts = tasks_.Count();
  if (!counts.ok()) return;
  std::map<std::string, ReplicationTaskStore::Totals> by_target;
  for (const auto& [name, target] : targets_) by_target[name];
  for (const std::string& name : measured_targets_) by_target[name];
  for (const auto& [scope, totals] : *counts) {
    auto& sum = by_target[scope.target];
    measured_targets_.insert(scope.target);
    sum.pending += totals.pending;
    sum.failed += totals.failed;
    if (totals.oldest_pending && (!sum.oldest_pending || *totals.oldest_pending < *sum.oldest_pending)) {
      sum.oldest_pending = totals.oldest_pending;
    }
  }
  for (const auto& [target, totals] : by_target) {
    const metrics::Labels labels{{"target", target}};
    const auto lag = totals.oldest_pending ? std::chrono::duration<double>(Now() - *totals.oldest_pending).count() : 0;
    metrics_.GetGauge("tarn_replication_lag_seconds", "Age of the oldest change not replicated yet.", labels).Set(lag);
    metrics_.GetGauge("tarn_replication_pending_objects", "Changes not replicated yet.", labels)
        .Set(static_cast<double>(totals.pending));
    metrics_.GetGauge("tarn_replication_failed_objects", "Changes whose replication was given up.", labels)
        .Set(static_cast<double>(totals.failed));
  }
  if (const auto end = store_.LastSequence(); end.ok()) {
    metrics_.GetGauge("tarn_replication_unplanned_events", "Events that replication has not looked at yet.")
        .Set(static_cast<double>(std::max<int64_t>(0, *end - consumer_->cursor())));
  }
}

}  // namespace tarn::extract
