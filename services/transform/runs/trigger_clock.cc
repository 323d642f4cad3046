#include "services/transform/runs/trigger_clock.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "common/json/json.h"
#include "common/logging/log.h"
#include "common/tracing/trace_context.h"

namespace tarn::transform {
namespace {

using std::chrono::milliseconds;

// The clock may be set while it sleeps.
constexpr milliseconds kLongestSleep = std::chrono::seconds(10);
constexpr milliseconds kAfterFailure = std::chrono::seconds(1);
// Clocks are corrected by small steps all the time. One that was ahead by more has fired what is still to
// come.
constexpr milliseconds kClockJump = std::chrono::minutes(1);

ScheduleState Begun(const schedule::Schedule& schedule, Timestamp now) {
  ScheduleState state;
  state.timing = schedule.Timing();
  state.anchor = now;
  // An interval fires first when it is defined.
  const bool fires_now = std::holds_alternative<schedule::Interval>(schedule.rule) && !schedule.start;
  state.handled = fires_now ? now - milliseconds(1) : now;
  return state;
}

}  // namespace

void TriggerClock::Begin() {
  thread_ = std::jthread([this](std::stop_token stopping) {
    std::unique_lock lock(mutex_);
    while (!stopping.stop_requested()) {
      woken_ = false;
      lock.unlock();
      const auto next = RunDue(Now());
      const milliseconds sleep = next ? std::chrono::ceil<milliseconds>(*next - Now()) : kLongestSleep;
      lock.lock();
      changed_.wait_for(lock, stopping, std::clamp(sleep, milliseconds(1), kLongestSleep),
                        [this] { return woken_; });
    }
  });
}

void TriggerClock::Stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

void TriggerClock::Wake() {
  {
    std::lock_guard lock(mutex_);
    woken_ = true;
  }
  changed_.notify_all();
}

std::optional<Timestamp> TriggerClock::RunDue(Timestamp now) {
  std::optional<Timestamp> next;
  const auto definitions = definitions_.Runnable();
  for (const auto& definition : definitions) {
    if (!definition->triggers.schedule || definition->triggers.schedule->paused) continue;
    auto handled = Handle(*definition, now);
    if (!handled.ok()) {
      log::Failure("cannot start a scheduled run; trying again",
                   {{"transform", definition->name}, {"error", handled.error()}});
      handled = std::optional(now + kAfterFailure);
    }
    if (*handled && (!next || **handled < *next)) next = *handled;
  }
  return next;
}

Result<ScheduleState> TriggerClock::StateOf(const Definition& definition, Timestamp now) {
  const schedule::Schedule& schedule = *definition.triggers.schedule;
  TARN_ASSIGN(auto known, schedules_.Get(definition.name));
  if (known && known->timing == schedule.Timing()) {
    if (known->handled > now + kClockJump) known->handled = now;
    return *std::move(known);
  }
  ScheduleState state = Begun(schedule, now);
  TARN_TRY(schedules_.Save(definition.name, state));
  return state;
}

// Returns the time of the next firing.
Result<std::optional<Timestamp>> TriggerClock::Handle(const Definition& definition, Timestamp now) {
  TARN_ASSIGN(ScheduleState state, StateOf(definition, now));
  const schedule::Timetable timetable(*definition.triggers.schedule, definition.name, state.anchor);
  const auto firing = timetable.AtOrBefore(now);
  if (!firing || *firing <= state.handled) return timetable.After(std::max(now, state.handled));
  if (timetable.Due(*firing) > now) return std::optional(timetable.Due(*firing));

  const ScopedTrace trace(TraceContext::New());
  const nlohmann::json cause = {{"scheduled_for", FormatRfc3339(*firing)}};
  TARN_TRY(runs_.Transact([&]() -> Status {
    TARN_ASSIGN(const auto runs, firings_.Fire(definition, Trigger::kSchedule, json::Dump(cause),
                                               TraceContext::Current().Traceparent()));
    state.handled = *firing;
    state.last_firing = *firing;
    state.last_run_id = runs.empty() ? "" : runs.front();
    return schedules_.Save(definition.name, state);
  }));
  planned_();
  return timetable.After(now);
}

Result<TriggerClock::View> TriggerClock::Look(const Definition& definition, Timestamp now) {
  View view;
  if (!definition.triggers.schedule) return view;
  TARN_ASSIGN(view.state, schedules_.Get(definition.name));
  if (!view.state || definition.triggers.schedule->paused) return view;
  const schedule::Timetable timetable(*definition.triggers.schedule, definition.name, view.state->anchor);
  view.next_firing = timetable.After(std::max(now, view.state->handled));
  return view;
}

}  // namespace tarn::transform
