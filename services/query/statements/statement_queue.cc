#include "services/query/statements/statement_queue.h"

#include "common/ids/ulid.h"
#include "common/logging/log.h"
#include "services/query/statements/result_file.h"

namespace tarn::query {
namespace {

constexpr std::chrono::minutes kSweepInterval(10);
constexpr int64_t kSweepBatch = 1000;

}  // namespace

Status StatementQueue::Start() {
  TARN_ASSIGN(const auto interrupted, statements_.FailRunning(Error(
                                          Code::kUnavailable, "the service stopped while the statement ran; submit it again")));
  // Its rows may have been published just before the end; nobody was told of them.
  for (const auto& id : interrupted) TARN_TRY(ResultFile(store_, id).Remove());
  for (int64_t i = 0; i < options_.workers; ++i) threads_.emplace_back([this](std::stop_token stop) { Work(stop); });
  threads_.emplace_back([this](std::stop_token stop) { Sweep(stop); });
  return Ok();
}

void StatementQueue::Stop() {
  for (auto& thread : threads_) thread.request_stop();
  threads_.clear();
}

Result<Statement> StatementQueue::Submit(StatementRequest request) {
  TARN_TRY(runner_.Check(request));
  Statement statement;
  statement.id = NewUlid();
  statement.request = std::move(request);
  statement.created_at = Now();
  TARN_TRY(statements_.Add(statement, options_.max_queued));
  const std::scoped_lock lock(mutex_);
  ++submissions_;
  submitted_.notify_all();
  return statement;
}

std::shared_ptr<StatementJob> StatementQueue::FindJob(const std::string& id) const {
  const std::scoped_lock lock(mutex_);
  const auto found = running_.find(id);
  return found == running_.end() ? nullptr : found->second;
}

Result<Statement> StatementQueue::Get(const std::string& id) {
  if (const auto job = FindJob(id)) return job->Peek();
  return statements_.Get(id);
}

Result<std::vector<Statement>> StatementQueue::List(const std::string& after, std::optional<StatementState> state, int64_t limit) {
  TARN_ASSIGN(auto listed, statements_.List(after, state, limit));
  for (auto& statement : listed) {
    if (statement.state != StatementState::kRunning) continue;
    if (const auto job = FindJob(statement.id)) statement = job->Peek();
  }
  return listed;
}

Result<Statement> StatementQueue::Cancel(const std::string& id) {
  TARN_ASSIGN(const bool was_queued, statements_.CancelQueued(id));
  if (!was_queued) {
    if (const auto job = FindJob(id)) job->Cancel();
  }
  return Get(id);
}

void StatementQueue::Work(std::stop_token stop) {
  uint64_t seen = 0;
  while (!stop.stop_requested()) {
    {
      std::unique_lock lock(mutex_);
      submitted_.wait(lock, stop, [&] { return submissions_ != seen; });
      seen = submissions_;
    }
    while (!stop.stop_requested() && RunNext(stop)) {
    }
  }
}

bool StatementQueue::RunNext(std::stop_token stop) {
  const auto slot = admission_.Enter(Admission::Line::kUnbounded, stop);
  if (!slot.ok()) return false;
  // Found in running_ from the moment it is "running": who cancels looks there next.
  std::unique_lock lock(mutex_);
  auto next = statements_.TakeNext();
  if (!next.ok()) {
    log::Failure("cannot take the next statement", {{"error", next.error()}});
    return false;
  }
  if (!*next) return false;
  const std::string id = (*next)->id;
  auto job = std::make_shared<StatementJob>(std::move(**next), options_.limits, stop);
  running_.emplace(id, job);
  lock.unlock();

  const Statement ended = job->Run(runner_, store_);
  const bool interrupted = stop.stop_requested() && ended.state == StatementState::kCancelled;
  const auto recorded = interrupted ? statements_.Requeue(id) : statements_.Finish(ended);
  if (!recorded.ok()) log::Failure("cannot record how a statement ended", {{"id", id}, {"error", recorded.error()}});
  lock.lock();
  running_.erase(id);
  lock.unlock();
  if (!interrupted) {
    metrics_.Finished("query", ended.error ? Status(*ended.error) : Ok(), *ended.finished_at - ended.created_at, ended.rows);
    log::Info("statement ended", {{"id", id}, {"state", StateName(ended.state)}, {"rows", ended.rows}});
  }
  return true;
}

void StatementQueue::Sweep(std::stop_token stop) {
  while (!stop.stop_requested()) {
    if (const auto swept = RemoveExpired(); !swept.ok()) log::Warn("cannot remove old results", {{"error", swept.error()}});
    std::unique_lock lock(mutex_);
    submitted_.wait_for(lock, stop, kSweepInterval, [] { return false; });
  }
}

// The rows go first: a statement without rows says so, rows without a statement would stay for ever.
Status StatementQueue::RemoveExpired() {
  TARN_ASSIGN(const auto expired, statements_.FinishedBefore(Now() - options_.retention, kSweepBatch));
  for (const auto& id : expired) {
    TARN_TRY(ResultFile(store_, id).Remove());
    TARN_TRY(statements_.Remove(id));
  }
  return Ok();
}

}  // namespace tarn::query
