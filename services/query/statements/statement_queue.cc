#include "services/query/statements/statement_queue.h"

#include <algorithm>

#include "common/ids/ulid.h"
#include "common/logging/log.h"
#include "services/query/sql/effect.h"

namespace tarn::query {
namespace {

constexpr std::chrono::minutes kSweepInterval(1);
constexpr int64_t kSweepBatch = 1000;

StatementRunner MakeRunner(const StatementParts& parts, const Workgroup& workgroup) {
  return StatementRunner(parts.runner, *workgroup.engine);
}

// "database.table"
catalog_client::TableName SplitName(const std::string& name) {
  const size_t dot = name.find('.');
  if (dot == std::string::npos) return {"", name};
  return {name.substr(0, dot), name.substr(dot + 1)};
}

// 0 for a name that stands for nothing.
int64_t VersionOf(const catalog_client::ResolvedName& name) {
  if (name.table) return name.table->version;
  return name.view ? name.view->version : 0;
}

bool MayBeReused(const StatementRequest& request) {
  const auto command = ReadCommand(request.sql, request.dialect);
  return command.ok() && EffectOf(*command) == Effect::kNone;
}

// Of a statement that a killed process ran and that has written no rows.
Error Interrupted(const StatementRequest& request) {
  const auto command = ReadCommand(request.sql, request.dialect);
  switch (command.ok() ? EffectOf(*command) : Effect::kNone) {
    case Effect::kNone:
      break;
    case Effect::kRows:
    case Effect::kOther:
      return Error(
          Code::kUnavailable,
          "the service stopped while the statement ran, and it has written nothing; submit it again");
    case Effect::kCatalog:
    case Effect::kPrepared:
      return Error(
          Code::kUnavailable,
          "the service stopped while the statement ran; it may have been carried out: look before you "
          "submit it again");
  }
  return Error(Code::kUnavailable, "the service stopped while the statement ran; submit it again");
}

}  // namespace

Result<std::shared_ptr<const Workgroup>> AssignWorkgroup(const Workgroups& workgroups,
                                                         StatementRequest& request) {
  auto workgroup = workgroups.Find(request.workgroup);
  if (!workgroup.ok()) return Error(Code::kInvalidArgument, workgroup.error().message()).At("/workgroup");
  const auto& definition = (*workgroup)->definition;
  request.workgroup = definition.name;
  request.max_scan_bytes = definition.max_scan_bytes;
  if (!request.dialect_given) request.dialect = definition.dialect;
  request.dialect_given = true;
  return workgroup;
}

Status StatementQueue::Start() {
  TARN_ASSIGN(const auto interrupted, statements_.Running());
  for (const auto& statement : interrupted) TARN_TRY(SettleInterrupted(statement));
  TARN_ASSIGN(const auto queued, statements_.QueuedWorkgroups());
  for (const auto& workgroup : queued) Wake(workgroup);
  const std::scoped_lock lock(mutex_);
  threads_.emplace_back([this](std::stop_token stop) { Sweep(stop); });
  return Ok();
}

// One whose rows are written goes into the queue again, where it finds them and does no work.
Status StatementQueue::SettleInterrupted(const Statement& statement) {
  TARN_ASSIGN(const bool written, parts_.runner.writer.Settle(statement.id));
  if (written) return statements_.Requeue(statement.id);
  Statement ended = statement;
  ended.state = StatementState::kFailed;
  ended.finished_at = Now();
  ended.error = Interrupted(statement.request);
  // Its rows may have been published just before the end; nobody was told of them.
  TARN_TRY(parts_.results.Remove({statement.result_bucket, statement.id}));
  return statements_.Finish(ended);
}

void StatementQueue::Stop() {
  std::vector<std::jthread> threads;
  {
    const std::scoped_lock lock(mutex_);
    stopped_ = true;
    threads.swap(threads_);
  }
  for (auto& thread : threads) thread.request_stop();
  threads.clear();
}

void StatementQueue::Wake(const std::string& workgroup) {
  const auto found = parts_.workgroups.Find(workgroup);
  const int64_t wanted = found.ok() ? (*found)->definition.max_running : 1;
  const std::scoped_lock lock(mutex_);
  if (stopped_) return;
  Lane& lane = lanes_[workgroup];
  ++lane.submissions;
  submitted_.notify_all();
  if (lane.threads >= wanted) return;
  ++lane.threads;
  threads_.emplace_back([this, workgroup](std::stop_token stop) { Work(workgroup, stop); });
}

Status StatementQueue::Check(StatementRequest request) {
  TARN_ASSIGN(const auto workgroup, AssignWorkgroup(parts_.workgroups, request));
  return MakeRunner(parts_, *workgroup).Check(request);
}

Result<Statement> StatementQueue::Submit(StatementRequest request) {
  TARN_ASSIGN(const auto workgroup, AssignWorkgroup(parts_.workgroups, request));
  if (!request.write_id.empty()) {
    auto earlier = Get(request.write_id);
    if (earlier.ok() || earlier.error().code() != Code::kNotFound) return earlier;
  }
  TARN_TRY(MakeRunner(parts_, *workgroup).Check(request));
  TARN_ASSIGN(auto reusable, FindReusable(request, {}));
  Statement statement;
  if (reusable) statement = *reusable;
  statement.id = request.write_id.empty() ? NewUlid() : request.write_id;
  statement.request = std::move(request);
  statement.created_at = Now();
  if (reusable) {
    statement.started_at = statement.finished_at = statement.created_at;
    statement.plan_ms = 0;
    statement.bytes_scanned = 0;
    TARN_TRY(statements_.AddEnded(statement));
    return statement;
  }
  statement.result_id = statement.id;
  statement.result_bucket = workgroup->definition.result_bucket;
  TARN_TRY(statements_.Add(statement, workgroup->definition.max_queued));
  Wake(statement.request.workgroup);
  return statement;
}

Result<std::optional<Statement>> StatementQueue::FindReusable(const StatementRequest& request,
                                                              std::stop_token cancelled) {
  if (!request.max_age || !MayBeReused(request)) return std::optional<Statement>();
  const Timestamp now = Now();
  TARN_ASSIGN(auto same, statements_.FindSame(request, now - *request.max_age, now));
  if (!same || same->snapshot.empty()) return std::optional<Statement>();
  std::vector<catalog_client::TableRequest> wanted;
  for (const auto& table : same->snapshot) {
    catalog_client::TableRequest& request_of_table = wanted.emplace_back();
    request_of_table.name = SplitName(table.table);
    request_of_table.without_files = true;
  }
  TARN_ASSIGN(const auto names, parts_.runner.catalog.ResolveNames(wanted, 0, cancelled));
  for (size_t i = 0; i < wanted.size(); ++i) {
    const int64_t version = same->snapshot[i].version;
    if (version == 0 || VersionOf(names[i]) != version) return std::optional<Statement>();
  }
  return same;
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

Result<std::vector<Statement>> StatementQueue::List(const StatementStore::Filter& filter, int64_t limit) {
  TARN_ASSIGN(auto listed, statements_.List(filter, limit));
  for (auto& statement : listed) {
    if (statement.state != StatementState::kRunning) continue;
    if (const auto job = FindJob(statement.id)) statement = job->Peek();
  }
  return listed;
}

Result<Statement> StatementQueue::Cancel(const std::string& id) {
  TARN_ASSIGN(const bool was_queued, statements_.CancelQueued(id));
  if (!was_queued) {
    const auto job = FindJob(id);
    TARN_ASSIGN(const Statement statement, Get(id));
    if (IsFinal(statement.state)) {
      return Error(Code::kConflict,
                   std::string("the query has ended already: it is ") + StateName(statement.state));
    }
    if (job) job->Cancel();
  }
  return Get(id);
}

void StatementQueue::Work(const std::string& workgroup, std::stop_token stop) {
  uint64_t seen = 0;
  while (!stop.stop_requested()) {
    {
      std::unique_lock lock(mutex_);
      submitted_.wait(lock, stop, [&] { return lanes_[workgroup].submissions != seen; });
      seen = lanes_[workgroup].submissions;
    }
    while (!stop.stop_requested() && RunNext(workgroup, stop)) {
    }
  }
}

bool StatementQueue::RunNext(const std::string& name, std::stop_token stop) {
  const auto workgroup = parts_.workgroups.Find(name);
  if (!workgroup.ok()) {
    FailWithoutWorkgroup(name, workgroup.error());
    return false;
  }
  Admission::Limits limits;
  limits.max_running = (*workgroup)->definition.max_running;
  const auto slot = parts_.admission.Enter(name, limits, stop);
  if (!slot.ok()) return false;
  // Found in running_ from the moment it is "running": who cancels looks there next.
  std::unique_lock lock(mutex_);
  auto next = statements_.TakeNext(name);
  if (!next.ok()) {
    log::Failure("cannot take the next statement", {{"error", next.error()}});
    return false;
  }
  if (!*next) return false;
  const std::string id = (*next)->id;
  (*next)->request.max_scan_bytes = (*workgroup)->definition.max_scan_bytes;
  auto job = std::make_shared<StatementJob>(std::move(**next), *workgroup, stop);
  running_.emplace(id, job);
  lock.unlock();
  RunJob(*job, id, **workgroup, stop);
  return true;
}

void StatementQueue::RunJob(StatementJob& job, const std::string& id, const Workgroup& workgroup,
                            std::stop_token stop) {
  StatementRunner runner = MakeRunner(parts_, workgroup);
  const Statement ended = job.Run(runner, parts_.results);
  const bool interrupted = stop.stop_requested() && ended.state == StatementState::kCancelled;
  const auto recorded = interrupted ? statements_.Requeue(id) : statements_.Finish(ended);
  if (!recorded.ok())
    log::Failure("cannot record how a statement ended", {{"id", id}, {"error", recorded.error()}});
  {
    const std::scoped_lock lock(mutex_);
    running_.erase(id);
  }
  if (interrupted) return;
  parts_.metrics.Finished("query", ended.error ? Status(*ended.error) : Ok(),
                          *ended.finished_at - ended.created_at, ended.rows);
  log::Info("statement ended", {{"id", id}, {"state", StateName(ended.state)}, {"rows", ended.rows}});
}

// Its file may have gone since the statements were queued.
void StatementQueue::FailWithoutWorkgroup(const std::string& workgroup, const Error& reason) {
  while (true) {
    auto next = statements_.TakeNext(workgroup);
    if (!next.ok() || !*next) return;
    (*next)->state = StatementState::kFailed;
    (*next)->finished_at = Now();
    (*next)->error = Error(Code::kConflict, reason.message());
    if (!statements_.Finish(**next).ok()) return;
  }
}

void StatementQueue::Sweep(std::stop_token stop) {
  while (!stop.stop_requested()) {
    if (const auto swept = RemoveExpired(); !swept.ok())
      log::Warn("cannot remove old results", {{"error", swept.error()}});
    std::unique_lock lock(mutex_);
    submitted_.wait_for(lock, stop, kSweepInterval, [] { return false; });
  }
}

// The rows go first: a statement without rows says so, rows without a statement would stay for ever.
Status StatementQueue::RemoveExpired() {
  TARN_ASSIGN(const auto expired, statements_.Expired(Now(), kSweepBatch));
  for (const auto& statement : expired) {
    if (!statement.reused()) TARN_TRY(parts_.results.Remove(statement.place()));
    TARN_TRY(statements_.ForgetResult(statement.id));
  }
  TARN_ASSIGN(const auto old, statements_.FinishedBefore(Now() - options_.retention, kSweepBatch));
  for (const auto& statement : old) {
    if (!statement.result_id.empty() && !statement.reused())
      TARN_TRY(parts_.results.Remove(statement.place()));
    TARN_TRY(statements_.Remove(statement.id));
  }
  return Ok();
}

}  // namespace tarn::query
