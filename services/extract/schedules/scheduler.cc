#include "services/extract/schedules/scheduler.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "common/json/json.h"
#include "common/logging/log.h"
#include "common/tracing/trace_context.h"
#include "services/extract/schedules/fire.h"

namespace tarn::extract {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Notes are stored together for so many firings: many schedules fire on the hour.
constexpr int kBatch = 100;
// Clocks are corrected by small steps all the time.
constexpr milliseconds kClockJump = std::chrono::minutes(1);

milliseconds RetryDelay(int failures) { return seconds(std::min(60, 1 << std::min(failures - 1, 6))); }

/// The state of a schedule whose definition is new, or differs from the one before.
void Begin(ScheduleState& state, const schedule::Schedule& schedule, Timestamp now) {
  // An interval fires first when it is defined, unless it has a start; a changed one goes on from its last
  // firing.
  const bool fires_now =
      std::holds_alternative<schedule::Interval>(schedule.rule) && !schedule.start && !state.last;
  state.anchor = state.last ? state.last->scheduled_for : now;
  state.handled = fires_now ? now - milliseconds(1) : now;
  state.timing = schedule.Timing();
}

}  // namespace

Scheduler::Scheduler(List list, ScheduleStore& store, RunStarter& runs, metrics::Registry& metrics)
    : list_(std::move(list)), store_(store), runs_(runs), metrics_(metrics) {}

Status Scheduler::Begin() {
  TARN_ASSIGN(alarm_, schedule::AlarmClock::Make());
  stopping_ = false;
  thread_ = std::jthread([this](const std::stop_token& stop) {
    while (!stop.stop_requested()) alarm_->WaitUntil(RunDue(Now()));
  });
  return Ok();
}

void Scheduler::Stop() {
  stopping_ = true;
  thread_.request_stop();
  Wake();
  if (thread_.joinable()) thread_.join();
}

void Scheduler::Wake() {
  if (alarm_) alarm_->Wake();
}

Status Scheduler::Reload(Timestamp now) {
  const std::lock_guard changing(changing_);
  TARN_TRY(LoadStates());
  std::set<std::string> names;
  for (ScheduledSource& source : list_()) {
    names.insert(source.name);
    Adopt(std::move(source), now);
  }
  for (auto entry = entries_.begin(); entry != entries_.end();) {
    const auto next = std::next(entry);
    if (!names.contains(entry->first)) Release(entry);
    entry = next;
  }
  metrics_.GetGauge("tarn_schedules", "Sources that have a schedule")
      .Set(static_cast<double>(entries_.size()));
  SaveUnsaved();
  Wake();
  return Ok();
}

Status Scheduler::LoadStates() {
  if (loaded_) return Ok();
  TARN_ASSIGN(auto states, store_.LoadAll());
  for (ScheduleState& state : states) released_[state.name] = std::move(state);
  loaded_ = true;
  return Ok();
}

void Scheduler::Adopt(ScheduledSource source, Timestamp now) {
  std::string definition = json::Dump(source.schedule.ToJson());
  const auto known = entries_.find(source.name);
  if (known != entries_.end() && known->second.definition == definition) return;

  ScheduleState state;
  if (known != entries_.end()) state = known->second.view.state;
  if (const auto released = released_.extract(source.name)) state = std::move(released.mapped());
  state.name = source.name;
  const ScheduleState before = state;
  if (state.timing != source.schedule.Timing()) extract::Begin(state, source.schedule, now);
  // The clock was set back while nobody looked.
  state.handled = std::min(state.handled, now);
  if (state.timing != before.timing || state.handled != before.handled) unsaved_[state.name] = state;

  schedule::Timetable timetable(std::move(source.schedule), source.name, state.anchor);
  Entry entry{{std::move(timetable), std::move(state)}, std::move(definition), std::nullopt, 0};
  const std::lock_guard lock(mutex_);
  if (known != entries_.end()) {
    if (known->second.wake) queue_.erase({*known->second.wake, source.name});
    entries_.erase(known);
  }
  Enqueue(entries_.emplace(source.name, std::move(entry)).first->second);
}

/// Whoever takes a schedule away does not want what it misses made up for when it comes back. A pause lasts.
void Scheduler::Release(Entries::iterator entry) {
  const std::lock_guard lock(mutex_);
  if (entry->second.wake) queue_.erase({*entry->second.wake, entry->first});
  ScheduleState state = std::move(entry->second.view.state);
  entries_.erase(entry);
  state.timing.clear();
  unsaved_[state.name] = state;
  released_[state.name] = std::move(state);
}

std::optional<Timestamp> Scheduler::RunDue(Timestamp now) {
  const std::lock_guard changing(changing_);
  NoticeClock(now);
  for (int handled = 0; handled < kBatch && !stopping_; ++handled) {
    Entry* const entry = FirstDue(now);
    if (!entry) break;
    Handle(*entry, now);
  }
  SaveUnsaved();
  std::optional<Timestamp> next;
  if (!queue_.empty()) next = queue_.begin()->first;
  if (!unsaved_.empty()) next = std::min(next.value_or(Timestamp::max()), now + seconds(1));
  return next;
}

/// A clock that was ahead has handled firings that are still to come: those that did start a run have it, and
/// will not start another, and all others shall.
void Scheduler::NoticeClock(Timestamp now) {
  const bool set_back = last_look_ && now < *last_look_ - kClockJump;
  last_look_ = now;
  if (!set_back) return;
  log::Warn("the clock was set back", {{"now", FormatRfc3339(now)}});
  const std::lock_guard lock(mutex_);
  for (auto& [name, entry] : entries_) {
    ScheduleState& state = entry.view.state;
    if (state.handled > now) {
      state.handled = now;
      unsaved_[name] = state;
    }
    entry.failures = 0;
    Enqueue(entry);
  }
}

Scheduler::Entry* Scheduler::FirstDue(Timestamp now) {
  if (queue_.empty() || queue_.begin()->first > now) return nullptr;
  return &entries_.at(queue_.begin()->second);
}

void Scheduler::Handle(Entry& entry, Timestamp now) {
  const schedule::Timetable& timetable = entry.view.timetable;
  ScheduleState state = entry.view.state;
  const schedule::FiringPlan plan = schedule::PlanFirings(timetable, state.handled, now);
  if (plan.missed_since) {
    metrics_.GetCounter("tarn_schedule_missed_total", "How often firings of schedules were missed").Add();
    log::Warn("firings of a schedule were missed", {{"schedule", state.name},
                                                    {"since", FormatRfc3339(*plan.missed_since)},
                                                    {"until", FormatRfc3339(plan.handled)},
                                                    {"missed", MissedName(timetable.schedule().missed)}});
  }
  const Status carried = Carry(plan, timetable, state, now);
  if (!carried.ok()) {
    log::Failure("cannot start a scheduled run; trying again",
                 {{"schedule", state.name}, {"error", carried.error()}});
  }
  unsaved_[state.name] = state;
  const std::lock_guard lock(mutex_);
  const bool stuck = state.handled == entry.view.state.handled;
  entry.view.state = std::move(state);
  entry.failures = carried.ok() && !stuck ? 0 : entry.failures + 1;
  Enqueue(entry, entry.failures > 0 ? std::optional(now + RetryDelay(entry.failures)) : std::nullopt);
}

Status Scheduler::Carry(const schedule::FiringPlan& plan, const schedule::Timetable& timetable,
                        ScheduleState& state, Timestamp now) {
  for (const Timestamp time : plan.firings) {
    if (stopping_) return Ok();
    const ScopedTrace trace(TraceContext::New());
    const Firing firing{state.name, time, timetable.schedule().overlap, plan.firings.size() > 1};
    TARN_ASSIGN(state.last, Fire(runs_, firing, now));
    state.handled = time;
    Report(timetable, *state.last);
  }
  if (plan.firings.empty() && plan.missed_since) {
    state.last = LastFiring{plan.handled, now, FiringOutcome::kSkipped, "", "it was missed"};
    Report(timetable, *state.last);
  }
  state.handled = plan.handled;
  return Ok();
}

void Scheduler::Report(const schedule::Timetable& timetable, const LastFiring& fired) {
  const std::string outcome = FiringOutcomeName(fired.outcome);
  metrics_.GetCounter("tarn_schedule_firings_total", "Firings of schedules", {{"outcome", outcome}}).Add();
  const std::string time = FormatRfc3339(fired.scheduled_for);
  if (fired.outcome == FiringOutcome::kStarted) {
    log::Info("a schedule fired",
              {{"schedule", timetable.name()}, {"scheduled_for", time}, {"run", fired.run_id}});
  } else {
    log::Warn("a schedule fired without a run", {{"schedule", timetable.name()},
                                                 {"scheduled_for", time},
                                                 {"outcome", outcome},
                                                 {"reason", fired.reason}});
  }
}

void Scheduler::Enqueue(Entry& entry, std::optional<Timestamp> not_before) {
  const std::string& name = entry.view.state.name;
  if (entry.wake) queue_.erase({*entry.wake, name});
  entry.wake = std::nullopt;
  if (entry.view.paused()) return;
  const auto next = entry.view.timetable.After(entry.view.state.handled);
  if (!next) return;
  entry.wake = entry.view.timetable.Due(*next);
  if (not_before) entry.wake = std::max(*entry.wake, *not_before);
  queue_.insert({*entry.wake, name});
}

void Scheduler::SaveUnsaved() {
  if (unsaved_.empty()) return;
  std::vector<ScheduleState> states;
  for (const auto& [name, state] : unsaved_) states.push_back(state);
  if (const Status saved = store_.Save(states); !saved.ok()) {
    log::Failure("cannot store which firings are done; trying again", {{"error", saved.error()}});
    return;
  }
  unsaved_.clear();
}

Result<ScheduleView> Scheduler::Get(const std::string& name) const {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(name);
  if (found == entries_.end()) return Error(Code::kNotFound, "there is no schedule of this name: " + name);
  return found->second.view;
}

std::vector<ScheduleView> Scheduler::Page(const std::string& after, size_t limit) const {
  const std::lock_guard lock(mutex_);
  std::vector<ScheduleView> page;
  for (auto entry = entries_.upper_bound(after); entry != entries_.end() && page.size() < limit; ++entry) {
    page.push_back(entry->second.view);
  }
  return page;
}

Result<ScheduleView> Scheduler::Pause(const std::string& name, Timestamp now) {
  return SetPaused(name, now, now);
}

Result<ScheduleView> Scheduler::Resume(const std::string& name, Timestamp now) {
  return SetPaused(name, std::nullopt, now);
}

Result<ScheduleView> Scheduler::SetPaused(const std::string& name, std::optional<Timestamp> paused_at,
                                          Timestamp now) {
  const std::lock_guard changing(changing_);
  TARN_ASSIGN(const ScheduleView view, Get(name));
  if (!paused_at && view.timetable.schedule().paused) {
    return Error(Code::kConflict,
                 "the definition itself pauses this schedule: take `paused` out of its file: " + name);
  }
  if (paused_at.has_value() == view.state.paused_at.has_value()) return view;
  ScheduleState state = view.state;
  state.paused_at = paused_at;
  state.handled = std::max(state.handled, now);
  TARN_TRY(store_.Save({state}));
  unsaved_.erase(name);
  {
    const std::lock_guard lock(mutex_);
    Entry& entry = entries_.at(name);
    entry.view.state = std::move(state);
    entry.failures = 0;
    Enqueue(entry);
  }
  Wake();
  return Get(name);
}

}  // namespace tarn::extract
