#include "services/extract/runs/runner.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "common/json/json.h"
#include "common/logging/log.h"
#include "common/tracing/trace_context.h"
#include "services/extract/runs/run_pages.h"
#include "services/extract/runs/run_progress.h"

namespace tarn::extract {
namespace {

using std::chrono::milliseconds;

constexpr int64_t kMaxPauses = 100;
constexpr milliseconds kMaxPause = std::chrono::hours(24);

/// A resumed run reads its pages again, so what they hold is counted anew; what was asked of the source adds
/// up.
void ResetCountsOfPages(Run& run) {
  std::map<std::string, int64_t> kept;
  for (const char* name : {"requests", "retries"}) kept[name] = run.counts[name];
  for (const char* name : {"pages", "records", "bytes"}) kept[name] = 0;
  run.counts = std::move(kept);
}

void End(Run& run, RunState state, std::optional<Error> error) {
  run.state = state;
  run.error = std::move(error);
  run.finished_at = Now();
  if (state == RunState::kSucceeded) run.progress = 1;
}

Error Summary(const std::vector<Error>& problems) {
  const Error& first = problems.front();
  if (problems.size() == 1) return first;
  return Error(first.code(), first.message() + " (and " + std::to_string(problems.size() - 1) + " more)")
      .At(first.where());
}

}  // namespace

Runner::Runner(const RunnerOptions& options, const SourceCatalog& sources, RunStore& runs,
               object_store::ObjectStore& objects, http_client::HttpClient& http, metrics::Registry& metrics)
    : options_(options), sources_(sources), runs_(runs), objects_(objects), http_(http), metrics_(metrics) {}

Status Runner::Begin() {
  TARN_ASSIGN(const int64_t recovered, runs_.RecoverInterrupted());
  if (recovered > 0) log::Info("resuming interrupted runs", {{"count", recovered}});
  for (int64_t i = 0; i < options_.max_concurrent_runs; ++i) {
    threads_.emplace_back([this](const std::stop_token& stop) { Work(stop); });
  }
  return Ok();
}

void Runner::Stop() {
  for (auto& thread : threads_) thread.request_stop();
  threads_.clear();
}

Result<Run> Runner::Start(const std::string& source, const std::string& trigger,
                          const nlohmann::json& overrides) {
  TARN_ASSIGN(Run run,
              runs_.Create({source, trigger, json::Dump(overrides), TraceContext::Current().Traceparent()},
                           options_.max_queued_runs));
  Notify();
  return run;
}

Result<Run> Runner::Cancel(const std::string& id) {
  TARN_ASSIGN(Run run, runs_.RequestCancel(id));
  const std::lock_guard lock(mutex_);
  if (const auto active = active_.find(id); active != active_.end()) active->second.request_stop();
  return run;
}

void Runner::Notify() {
  {
    const std::lock_guard lock(mutex_);
    ++changes_;
  }
  changed_.notify_all();
}

void Runner::Work(const std::stop_token& stop) {
  int64_t seen = -1;
  while (!stop.stop_requested()) {
    {
      const std::lock_guard lock(mutex_);
      seen = changes_;
    }
    const Timestamp now = Now();
    auto run = runs_.Claim(now);
    if (run.ok() && *run) {
      Execute(**std::move(run), stop);
      Notify();  // the source is free for its next run
      continue;
    }
    if (!run.ok()) log::Failure("cannot read the queue of runs", {{"error", run.error()}});
    WaitForWork(stop, seen, now);
  }
}

void Runner::WaitForWork(const std::stop_token& stop, int64_t seen, Timestamp looked_at) {
  milliseconds delay = std::chrono::seconds(60);
  if (const auto next = runs_.NextStart(looked_at); !next.ok()) {
    delay = std::chrono::seconds(1);
  } else if (*next) {
    delay = std::clamp<milliseconds>(**next - Now(), milliseconds(10), delay);
  }
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, stop, delay, [&] { return changes_ != seen; });
}

void Runner::Execute(Run run, const std::stop_token& stop) {
  const ScopedTrace trace(TraceContext::FromTraceparent(run.traceparent));
  std::stop_source stop_run;
  {
    const std::lock_guard lock(mutex_);
    active_[run.id] = stop_run;
  }
  {
    const std::stop_callback stop_with_service(stop, [&] { stop_run.request_stop(); });
    log::Info("run started", {{"run", run.id}, {"source", run.source}});
    // A cancellation between the claim and the entry in active_ has only left its mark in the store.
    if (const auto current = runs_.Get(run.id); current.ok() && current->cancel_requested)
      stop_run.request_stop();
    const auto outcome = Extract(run, stop_run.get_token());
    Conclude(run, outcome);
  }
  {
    const std::lock_guard lock(mutex_);
    active_.erase(run.id);
  }
  SaveUntilStored(run, stop);
}

Result<RunOutcome> Runner::Extract(Run& run, const std::stop_token& cancelled) {
  try {
    TARN_ASSIGN(const Source source, sources_.Get(run.source));
    TARN_ASSIGN(const nlohmann::json overrides, json::Parse(run.overrides));
    TARN_ASSIGN(const auto connector, MakeConnector(source, overrides));
    TARN_TRY(objects_.EnsureBucket("raw"));
    ResetCountsOfPages(run);
    RunPages pages(objects_, runs_, run);
    RunProgress progress(runs_, run);
    StoredSourceState state(runs_, run.source);
    RunContext context{http_, options_.retry, pages, state, progress, cancelled};
    return connector->Run(context);
  } catch (const std::exception& exception) {
    log::Failure("a connector threw", {{"run", run.id}, {"what", exception.what()}});
    return Error(Code::kInternal, "the connector failed; the log has the reason");
  }
}

void Runner::Conclude(Run& run, const Result<RunOutcome>& outcome) {
  const auto current = runs_.Get(run.id);
  const bool cancel_requested = current.ok() && current->cancel_requested;
  if (!outcome.ok() && outcome.error().code() == Code::kCancelled) {
    if (cancel_requested) return End(run, RunState::kCancelled, std::nullopt);
    run.state = RunState::kQueued;  // the service stops: the next start goes on
    return;
  }
  if (!outcome.ok()) return End(run, RunState::kFailed, outcome.error());
  if (outcome->resume_after && cancel_requested) return End(run, RunState::kCancelled, std::nullopt);
  if (outcome->resume_after) {
    const Error why = outcome->problems.empty() ? Error(Code::kResourceExhausted, "the source asked to wait")
                                                : outcome->problems.front();
    if (++run.pauses > kMaxPauses) return End(run, RunState::kFailed, why);
    run.state = RunState::kQueued;
    run.not_before = Now() + std::min(*outcome->resume_after, kMaxPause);
    run.error = why;
    return;
  }
  if (outcome->problems.empty()) return End(run, RunState::kSucceeded, std::nullopt);
  End(run, outcome->anything_stored ? RunState::kPartiallySucceeded : RunState::kFailed,
      Summary(outcome->problems));
}

void Runner::SaveUntilStored(const Run& run, const std::stop_token& stop) {
  for (;;) {
    const auto saved = runs_.SaveState(run);
    if (saved.ok()) break;
    log::Failure("cannot store the state of a run", {{"run", run.id}, {"error", saved.error()}});
    // Until it is stored the source counts as busy; a restart would run the rest of it again, which does no
    // harm.
    std::unique_lock lock(mutex_);
    if (changed_.wait_for(lock, stop, std::chrono::seconds(1), [] { return false; }) || stop.stop_requested())
      return;
  }
  if (run.error) {
    log::Warn("run ended", {{"run", run.id}, {"state", RunStateName(run.state)}, {"error", *run.error}});
  } else {
    log::Info("run ended", {{"run", run.id}, {"state", RunStateName(run.state)}});
  }
  if (!IsFinal(run.state)) return;
  metrics_
      .GetCounter("tarn_extract_runs_total", "Runs that ended, by source and state",
                  {{"source", run.source}, {"state", RunStateName(run.state)}})
      .Add();
  const auto bytes = run.counts.find("bytes");
  metrics_
      .GetCounter("tarn_extract_stored_bytes_total", "Bytes of raw pages that ended runs stored",
                  {{"source", run.source}})
      .Add(bytes == run.counts.end() ? 0 : static_cast<double>(bytes->second));
}

}  // namespace tarn::extract
