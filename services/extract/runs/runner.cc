#include "services/extract/runs/runner.h"

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "common/json/json.h"
#include "common/logging/log.h"
#include "common/secrets/redactor.h"
#include "common/tracing/trace_context.h"
#include "services/extract/runs/run_pages.h"
#include "services/extract/sources/client/source_client.h"

namespace tarn::extract {
namespace {

using std::chrono::milliseconds;

// In a row, without a page in between.
constexpr int64_t kMaxPauses = 100;
constexpr int64_t kMaxFailurePauses = 8;
constexpr milliseconds kMaxFailurePause = std::chrono::hours(1);
constexpr milliseconds kMaxPause = std::chrono::hours(24);

void End(Run& run, RunState state, std::optional<Error> error) {
  run.state = state;
  run.error = std::move(error);
  run.finished_at = Now();
  if (state == RunState::kSucceeded || state == RunState::kUnchanged) run.progress = 1;
}

Error Summary(const std::vector<Error>& problems) {
  const Error& first = problems.front();
  if (problems.size() == 1) return first;
  return Error(first.code(), first.message() + " (and " + std::to_string(problems.size() - 1) + " more)")
      .At(first.where());
}

void KeepProblems(Run& run, const std::vector<Error>& problems) {
  const size_t kept = std::min(problems.size(), kMaxProblems);
  run.problems.assign(problems.begin(), problems.begin() + static_cast<std::ptrdiff_t>(kept));
  for (const Error& problem : run.problems)
    log::Warn("a part of a run failed", {{"run", run.id}, {"error", problem}});
}

Error Redacted(const Error& error, const secrets::Redactor& redactor) {
  return Error(error.code(), redactor.Redact(error.message())).At(redactor.Redact(error.where()));
}

/// Ends a run that was broken off by `error`, or puts it back into the queue.
void EndWithout(Run& run, const Error& error, std::optional<milliseconds> resume_after,
                bool cancel_requested) {
  if (error.code() == Code::kCancelled) {
    if (cancel_requested) return End(run, RunState::kCancelled, std::nullopt);
    run.state = RunState::kQueued;  // the service stops: the next start goes on
    return;
  }
  if (!resume_after || !error.retryable()) return End(run, RunState::kFailed, error);
  if (cancel_requested) return End(run, RunState::kCancelled, std::nullopt);
  ++run.pauses;
  run.state = RunState::kQueued;
  run.not_before = Now() + std::min(*resume_after, kMaxPause);
  run.error = error;
}

}  // namespace

Runner::Runner(const RunnerOptions& options, const SourceCatalog& sources, RunStore& runs,
               object_store::ObjectStore& objects, http_client::HttpClient& http, SourceGovernors& governors,
               metrics::Registry& metrics)
    : options_(options),
      sources_(sources),
      runs_(runs),
      objects_(objects),
      http_(http),
      governors_(governors),
      metrics_(metrics) {}

Status Runner::Begin() {
  TARN_ASSIGN(const int64_t recovered, runs_.RecoverInterrupted());
  if (recovered > 0) log::Info("resuming interrupted runs", {{"count", recovered}});
  RemoveForgottenScratch();
  for (int64_t i = 0; i < options_.max_concurrent_runs; ++i) {
    threads_.emplace_back([this](const std::stop_token& stop) { Work(stop); });
  }
  return Ok();
}

void Runner::Stop() {
  for (auto& thread : threads_) thread.request_stop();
  threads_.clear();
}

Result<std::vector<Run>> Runner::Start(std::vector<RunStore::NewRun> wanted) {
  for (RunStore::NewRun& run : wanted) {
    if (run.traceparent.empty()) run.traceparent = TraceContext::Current().Traceparent();
  }
  TARN_ASSIGN(auto runs, runs_.Create(wanted, options_.max_queued_runs));
  Notify();
  return runs;
}

Result<Run> Runner::Start(const std::string& source, const std::string& trigger,
                          const nlohmann::json& overrides) {
  RunStore::NewRun wanted;
  wanted.source = source;
  wanted.trigger = trigger;
  wanted.overrides = json::Dump(overrides);
  TARN_ASSIGN(auto runs, Start({wanted}));
  return std::move(runs.front());
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
      Execute(**run, stop);
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

void Runner::Execute(const Run& run, const std::stop_token& stop) {
  const ScopedTrace trace(TraceContext::FromTraceparent(run.traceparent));
  std::stop_source stop_run;
  {
    const std::lock_guard lock(mutex_);
    active_[run.id] = stop_run;
  }
  Ending ending;
  {
    const std::stop_callback stop_with_service(stop, [&] { stop_run.request_stop(); });
    log::Info("run started", {{"run", run.id}, {"source", run.source}});
    // A cancellation between the claim and the entry in active_ has only left its mark in the store.
    if (const auto current = runs_.Get(run.id); current.ok() && current->cancel_requested)
      stop_run.request_stop();
    ending = Extract(run, stop_run.get_token());
  }
  {
    const std::lock_guard lock(mutex_);
    active_.erase(run.id);
  }
  SaveUntilStored(ending, stop);
}

Runner::Ending Runner::Extract(Run run, const std::stop_token& cancelled) {
  const auto source = PinnedSource(run);
  if (!source.ok()) return Conclude(run, source.error(), std::nullopt, std::nullopt);
  const auto redactor = SecretsOf(*source);
  const SourceFile& definition = *source->definition;

  ActiveRun active(runs_, run);
  StoredState state(runs_, run.source, run.start_cursor, run.window.has_value());
  SourceClient client(http_, governors_.Get(run.source, definition.limits), options_.retry, active,
                      cancelled);
  RunPages pages(objects_, runs_, active, definition.compression,
                 [&](const std::string& text) { return redactor.Redact(text); });
  RunContext context{client,   pages, state, active, run.window, run.created_at, options_.scratch / run.id,
                     cancelled};

  auto outcome = RunConnector(*source, run, context);
  // What is stored must be in the books before the run is said to have ended.
  if (const Status flushed = active.Flush(); !flushed.ok() && outcome.ok()) outcome = flushed.error();
  if (!outcome.ok() && outcome.error().code() == Code::kCancelled && !cancelled.stop_requested()) {
    outcome = Error(Code::kInternal, "the connector ended before it was done, though nobody asked it to");
  }
  if (!outcome.ok()) outcome = Redacted(outcome.error(), redactor);
  if (outcome.ok()) {
    for (Error& problem : outcome->problems) problem = Redacted(problem, redactor);
  }
  const Run ended = active.Snapshot();
  return Conclude(ended, outcome, PauseOf(ended, client), state.StagedCursor());
}

Result<Source> Runner::PinnedSource(Run& run) {
  TARN_ASSIGN(Source source, sources_.Get(run.source));
  if (!run.definition.empty()) {
    TARN_ASSIGN(const nlohmann::json document, json::Parse(run.definition));
    TARN_ASSIGN(SourceFile definition, ReadSourceDefinition(document));
    source.definition = std::make_shared<const SourceFile>(std::move(definition));
    return source;
  }
  if (!source.definition) return UnusableSource(source);
  run.definition = json::Dump(source.definition->document);
  TARN_ASSIGN(run.start_cursor, runs_.LoadCursor(run.source));
  TARN_TRY(runs_.Pin(run));
  return source;
}

std::optional<milliseconds> Runner::PauseOf(const Run& run, const SourceClient& client) const {
  if (const auto asked = client.ResumeAfter()) return run.pauses < kMaxPauses ? asked : std::nullopt;
  if (!client.GaveUp() || options_.failure_pause.count() == 0 || run.pauses >= kMaxFailurePauses)
    return std::nullopt;
  return std::min<milliseconds>(options_.failure_pause * (int64_t{1} << run.pauses), kMaxFailurePause);
}

// What is left of runs that ended while nobody looked, and of looks at sources.
void Runner::RemoveForgottenScratch() {
  std::error_code failed;
  for (std::filesystem::directory_iterator entry(options_.scratch, failed), end; !failed && entry != end;
       entry.increment(failed)) {
    const auto run = runs_.Get(entry->path().filename().string());
    const bool needed = run.ok() ? !IsFinal(run->state) : run.error().code() != Code::kNotFound;
    std::error_code ignored;
    if (!needed) std::filesystem::remove_all(entry->path(), ignored);
  }
}

Result<RunOutcome> Runner::RunConnector(const Source& source, const Run& run, RunContext& context) {
  try {
    TARN_ASSIGN(const nlohmann::json overrides, json::Parse(run.overrides));
    TARN_ASSIGN(const auto connector, MakeConnector(source, overrides));
    TARN_TRY(objects_.EnsureBucket("raw"));
    std::filesystem::create_directories(context.scratch);
    return connector->Run(context);
  } catch (const std::exception& exception) {
    log::Failure("a connector threw", {{"run", run.id}, {"what", exception.what()}});
    return Error(Code::kInternal, "the connector failed; the log has the reason");
  }
}

Runner::Ending Runner::Conclude(Run run, const Result<RunOutcome>& outcome,
                                std::optional<milliseconds> resume_after, std::optional<std::string> cursor) {
  const auto current = runs_.Get(run.id);
  const bool cancel_requested = current.ok() && current->cancel_requested;
  Ending ending{std::move(run), std::nullopt};
  if (!outcome.ok()) {
    EndWithout(ending.run, outcome.error(), resume_after, cancel_requested);
  } else if (!outcome->problems.empty()) {
    KeepProblems(ending.run, outcome->problems);
    End(ending.run, outcome->anything_stored ? RunState::kPartiallySucceeded : RunState::kFailed,
        Summary(outcome->problems));
  } else {
    End(ending.run, outcome->unchanged ? RunState::kUnchanged : RunState::kSucceeded, std::nullopt);
    ending.cursor = std::move(cursor);
  }
  return ending;
}

void Runner::SaveUntilStored(const Ending& ending, const std::stop_token& stop) {
  const Run& run = ending.run;
  for (;;) {
    const auto saved = runs_.SaveState(run, ending.cursor);
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
  std::error_code ignored;
  std::filesystem::remove_all(options_.scratch / run.id, ignored);
  CountEnd(run);
}

void Runner::CountEnd(const Run& run) {
  metrics_
      .GetCounter("tarn_extract_runs_total", "Runs that ended, by source and state",
                  {{"source", run.source}, {"state", RunStateName(run.state)}})
      .Add();
  const std::pair<const char*, const char*> sums[] = {{"bytes", "tarn_extract_stored_bytes_total"},
                                                      {"pages", "tarn_extract_stored_pages_total"},
                                                      {"records", "tarn_extract_stored_records_total"},
                                                      {"requests", "tarn_extract_requests_total"},
                                                      {"retries", "tarn_extract_retries_total"}};
  for (const auto& [count, metric] : sums) {
    const auto found = run.counts.find(count);
    const double amount = found == run.counts.end() ? 0 : static_cast<double>(found->second);
    metrics_.GetCounter(metric, std::string("Of the runs that ended: ") + count, {{"source", run.source}})
        .Add(amount);
  }
}

}  // namespace tarn::extract
