#include "services/transform/runs/scheduler.h"

#include <algorithm>
#include <random>

#include "common/logging/log.h"
#include "common/tracing/trace_context.h"

namespace tarn::transform {
namespace {

// How long a worker sleeps at most: a look at the file costs nothing, and finds what no Wake told of.
constexpr std::chrono::seconds kLongestSleep(5);
constexpr std::chrono::seconds kAfterFailure(1);
constexpr std::chrono::seconds kLongestWaitBetweenTries(30);

int64_t RowsQuarantined(const RunReport& report) {
  const auto count = report.counts.find(kRowsQuarantined);
  return count == report.counts.end() ? 0 : count->second;
}

}  // namespace

Scheduler::Scheduler(RunStore& runs, DefinitionStore& definitions, Runner& runner, metrics::Registry& metrics,
                     SchedulerOptions options, Compactor* compactor)
    : runs_(runs),
      definitions_(definitions),
      runner_(runner),
      metrics_(metrics),
      options_(options),
      firings_(runs, definitions),
      compactor_(compactor) {
  for (int64_t i = 0; i < options_.threads; ++i) {
    threads_.emplace_back([this](std::stop_token stopping) { Work(stopping); });
  }
}

Scheduler::~Scheduler() {
  for (auto& thread : threads_) thread.request_stop();
  threads_.clear();
}

void Scheduler::Wake() {
  {
    std::lock_guard lock(mutex_);
    ++generation_;
  }
  changed_.notify_all();
}

void Scheduler::Interrupt(const std::string& run_id) {
  {
    std::lock_guard lock(mutex_);
    if (const auto found = at_work_.find(run_id); found != at_work_.end()) found->second.request_stop();
  }
  Wake();
}

std::optional<RunProgress::View> Scheduler::Progress(const std::string& run_id) const {
  const auto progress = progress_.Find(run_id);
  return progress ? std::optional(progress->Look()) : std::nullopt;
}

void Scheduler::Work(std::stop_token stopping) {
  std::unique_lock lock(mutex_);
  while (!stopping.stop_requested()) {
    const int64_t seen = generation_;
    if (Compact(lock, true, stopping)) continue;
    if (auto assignment = Take()) {
      const std::string transform = assignment->definition->name;
      busy_.insert(transform);
      at_work_.emplace(assignment->run.id, assignment->interrupt);
      lock.unlock();
      Carry(*assignment, stopping);
      lock.lock();
      at_work_.erase(assignment->run.id);
      busy_.erase(transform);
      turns_.RunEnded(transform);
      ++generation_;
      changed_.notify_all();
      continue;
    }
    if (Compact(lock, false, stopping)) continue;
    changed_.wait_until(lock, stopping, NextLook(), [&] { return generation_ != seen; });
  }
}

// Called under the lock, which it gives away while it works. False if there is nothing to do.
bool Scheduler::Compact(std::unique_lock<std::mutex>& lock, bool overdue_only, std::stop_token stopping) {
  if (compactor_ == nullptr) return false;
  const auto definition = turns_.Next(definitions_.Runnable(), busy_, overdue_only);
  if (!definition) return false;
  const std::string transform = (*definition)->name;
  busy_.insert(transform);
  lock.unlock();
  const auto compacted = compactor_->CompactOne(**definition, std::move(stopping));
  if (!compacted.ok() && compacted.error().code() != Code::kCancelled)
    log::Failure("a compaction failed", {{"transform", transform}, {"error", compacted.error()}});
  lock.lock();
  busy_.erase(transform);
  turns_.Took(transform, compacted.ok() && *compacted);
  ++generation_;
  changed_.notify_all();
  return true;
}

// Called under the lock.
std::optional<Scheduler::Assignment> Scheduler::Take() {
  auto definitions = definitions_.Runnable();
  const auto after_last = std::find_if(definitions.begin(), definitions.end(),
                                       [&](const auto& d) { return d->name > last_taken_; });
  std::rotate(definitions.begin(), after_last, definitions.end());
  for (const auto& definition : definitions) {
    if (busy_.contains(definition->name)) continue;
    auto run = runs_.TakeNext(definition->name, Now());
    if (!run.ok()) {
      log::Failure("cannot look for runs", {{"transform", definition->name}, {"error", run.error()}});
      continue;
    }
    if (!*run) continue;
    last_taken_ = definition->name;
    return Assignment{**std::move(run), definition, std::stop_source()};
  }
  return std::nullopt;
}

// When a waiting run is due, at the latest after the longest sleep. Called under the lock.
std::chrono::steady_clock::time_point Scheduler::NextLook() {
  const auto now = std::chrono::steady_clock::now();
  std::vector<std::string> idle;
  for (const auto& definition : definitions_.Runnable()) {
    if (!busy_.contains(definition->name)) idle.push_back(definition->name);
  }
  const auto due = runs_.NextDue(idle);
  if (!due.ok()) return now + kAfterFailure;
  if (!*due) return now + kLongestSleep;
  const auto wait = std::chrono::ceil<std::chrono::milliseconds>(**due - Now());
  return now + std::clamp<std::chrono::milliseconds>(wait, std::chrono::milliseconds(1), kLongestSleep);
}

void Scheduler::Carry(const Assignment& assignment, std::stop_token stopping) {
  const Run& run = assignment.run;
  const ScopedTrace trace(TraceContext::FromTraceparent(run.traceparent));
  const auto inputs = runs_.InputsToTake(run.id, *assignment.definition);
  if (!inputs.ok()) {
    Postpone(run, inputs.error());
    return;
  }
  std::stop_source interrupt = assignment.interrupt;
  const std::stop_callback stop(stopping, [&] { interrupt.request_stop(); });
  // Somebody may have asked for its end before it was among those at work.
  if (CancelAskedFor(run.id)) interrupt.request_stop();
  const auto progress = progress_.Begin(run.id);
  auto outcome = runner_.Execute(run, *inputs, *assignment.definition, interrupt.get_token(), progress.get());
  const bool stopped = stopping.stop_requested() && !outcome.ok() && !CancelAskedFor(run.id);
  // A stopping process leaves the run as it is, and the next start takes it up again.
  if (!stopped) Conclude(assignment, *inputs, std::move(outcome));
  progress_.End(run.id);
}

std::optional<CancelMode> Scheduler::CancelAskedFor(const std::string& run_id) {
  const auto run = runs_.Get(run_id);
  return run.ok() ? run->cancel : std::nullopt;
}

void Scheduler::Conclude(const Assignment& assignment, const std::vector<RunInput>& inputs,
                         Result<RunReport> outcome) {
  const Run& run = assignment.run;
  const bool waits = outcome.ok() && outcome->state == RunState::kQueued;
  if (outcome.ok() && !waits) {
    Finish(run, *outcome);
    return;
  }
  // What waits, or fails, before its end was asked for need not be tried again after it.
  if (const auto cancel = CancelAskedFor(run.id)) {
    Finish(run, CancelledReport(inputs, *cancel, Error(Code::kCancelled, "somebody cancelled the run")));
    return;
  }
  const Error error = waits ? *outcome->error : outcome.error();
  if (waits) {
    PutBack(run, error);
    return;
  }
  if (error.code() == Code::kCancelled) return;
  if (error.retryable() && run.attempt + 1 < options_.max_attempts) {
    Postpone(run, error);
    return;
  }
  const auto given_up = runner_.GiveUp(run, inputs, error);
  if (given_up.ok())
    Finish(run, *given_up);
  else
    Postpone(run, given_up.error());
}

// Spread, so that runs that failed together do not come back together.
std::chrono::milliseconds Scheduler::BackoffAfter(int64_t attempt) const {
  thread_local std::minstd_rand chance(std::random_device{}());
  const auto full = std::min(options_.max_backoff,
                             options_.initial_backoff * (int64_t{1} << std::min<int64_t>(attempt, 20)));
  return full / 2 +
         std::chrono::milliseconds(std::uniform_int_distribution<int64_t>(0, full.count())(chance));
}

void Scheduler::Postpone(const Run& run, const Error& error) {
  const auto backoff = BackoffAfter(run.attempt);
  log::Warn("run postponed", {{"run", run.id},
                              {"transform", run.transform},
                              {"attempt", run.attempt + 1},
                              {"delay_ms", backoff.count()},
                              {"error", error}});
  const auto postponed = runs_.Postpone(run.id, error, Now() + backoff);
  // Then it stays running in the file and is taken again at once.
  if (!postponed.ok()) log::Failure("cannot postpone a run", {{"run", run.id}, {"error", postponed.error()}});
}

// What has waited longer is looked at less often.
void Scheduler::PutBack(const Run& run, const Error& reason) {
  const std::chrono::milliseconds delay =
      std::max(options_.initial_backoff,
               std::min<std::chrono::milliseconds>((Now() - run.created_at) / 4, kLongestWaitBetweenTries));
  log::Warn("run waits",
            {{"run", run.id}, {"transform", run.transform}, {"delay_ms", delay.count()}, {"error", reason}});
  const auto put_back = runs_.PutBack(run.id, reason, Now() + delay);
  if (!put_back.ok()) log::Failure("cannot put a run back", {{"run", run.id}, {"error", put_back.error()}});
}

void Scheduler::Finish(const Run& run, const RunReport& report) {
  // Together with the runs that are to follow it: nobody can die in between.
  const auto finished =
      runs_.Finish(run.id, report, [&] { return firings_.AfterPublication(run.transform); });
  if (!finished.ok()) {
    // The manifest remembers what was published, so the run ends the same way when it is taken again.
    log::Failure("cannot note the end of a run", {{"run", run.id}, {"error", finished.error()}});
    return;
  }
  const auto took = Now() - run.started_at.value_or(Now());
  const metrics::Labels labels = {{"state", RunStateName(report.state)}};
  metrics_.GetCounter("tarn_transform_runs_total", "Runs that ended, by state", labels).Add();
  metrics_.GetHistogram("tarn_transform_run_duration_seconds", "Time from the start of a run to its end")
      .Observe(static_cast<double>(took.count()) / 1000.0);
  // The tables of those rows are among the outputs, but have a metric of their own.
  int64_t rows = -RowsQuarantined(report);
  for (const RunOutput& output : report.outputs) rows += output.rows;
  metrics_
      .GetCounter("tarn_transform_rows_total",
                  "Rows that published tables held after a run, summed over runs; without quarantined rows")
      .Add(static_cast<double>(rows));
  CountQuality(report);
  log::Info("run ended", {{"run", run.id},
                          {"transform", run.transform},
                          {"state", RunStateName(report.state)},
                          {"objects", report.inputs.size()},
                          {"duration_ms", took.count()}});
}

void Scheduler::CountQuality(const RunReport& report) {
  std::map<std::string, QualityScore> scores;
  for (const QualityResult& result : report.quality) {
    metrics_
        .GetCounter("tarn_transform_quality_rules_total", "Quality rules that were judged, by outcome",
                    {{"outcome", dqdl::OutcomeName(result.outcome)}})
        .Add();
    scores[result.table].Add(result.outcome);
  }
  for (const auto& [table, score] : scores) {
    metrics_
        .GetGauge("tarn_transform_quality_score",
                  "Part of the table's rules that passed in its latest run, 0 to 1", {{"table", table}})
        .Set(score.score());
  }
  if (report.quality.empty()) return;
  metrics_
      .GetCounter("tarn_transform_quarantined_rows_total",
                  "Rows that were published in a table of quarantined rows")
      .Add(static_cast<double>(RowsQuarantined(report)));
}

}  // namespace tarn::transform
