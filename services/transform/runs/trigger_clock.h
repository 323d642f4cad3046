#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include "common/schedule/timetable.h"
#include "services/transform/runs/firings.h"
#include "services/transform/runs/schedule_store.h"

namespace tarn::transform {

/// Fires transforms at the times of their schedules. A firing and the note that it is dealt with are one
/// transaction, so that a restart neither fires twice nor leaves one out; of firings that passed while nobody
/// could fire, the last one fires. Thread-safe.
class TriggerClock {
 public:
  /// `planned` is called when there are new runs.
  TriggerClock(RunStore& runs, DefinitionStore& definitions, std::function<void()> planned)
      : runs_(runs),
        definitions_(definitions),
        schedules_(runs.database()),
        firings_(runs, definitions),
        planned_(std::move(planned)) {}
  ~TriggerClock() { Stop(); }

  /// Begins to fire, on a thread of its own.
  void Begin();
  void Stop();
  /// The definitions changed. Quick; any thread.
  void Wake();

  /// Fires what is due at `now`, and returns when the next firing is. The thread does this; tests do without
  /// it.
  std::optional<Timestamp> RunDue(Timestamp now);

  struct View {
    std::optional<Timestamp> next_firing;
    std::optional<ScheduleState> state;
  };
  /// When a transform with a schedule fires next, and what became of its last firing.
  Result<View> Look(const Definition& definition, Timestamp now);

 private:
  Result<std::optional<Timestamp>> Handle(const Definition& definition, Timestamp now);
  Result<ScheduleState> StateOf(const Definition& definition, Timestamp now);

  RunStore& runs_;
  DefinitionStore& definitions_;
  ScheduleStore schedules_;
  Firings firings_;
  const std::function<void()> planned_;

  std::mutex mutex_;
  std::condition_variable_any changed_;
  bool woken_ = false;
  std::jthread thread_;
};

}  // namespace tarn::transform
