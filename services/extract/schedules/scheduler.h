#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "common/metrics/registry.h"
#include "common/schedule/alarm_clock.h"
#include "common/schedule/firing_plan.h"
#include "common/schedule/timetable.h"
#include "services/extract/schedules/run_starter.h"
#include "services/extract/schedules/schedule_store.h"

namespace tarn::extract {

/// A source that has a schedule.
struct ScheduledSource {
  std::string name;
  schedule::Schedule schedule;
};

/// A schedule as it is now.
struct ScheduleView {
  schedule::Timetable timetable;
  ScheduleState state;

  bool paused() const { return state.paused_at || timetable.schedule().paused; }
};

/// Starts a run at each firing of each schedule, once, whenever the process dies and however the clock is
/// set. Between firings it sleeps: its cost does not depend on the number of schedules. Thread-safe.
class Scheduler {
 public:
  /// Returns every source that has a schedule now.
  using List = std::function<std::vector<ScheduledSource>()>;

  Scheduler(List list, ScheduleStore& store, RunStarter& runs, metrics::Registry& metrics);
  ~Scheduler() { Stop(); }

  /// Takes over what the list says now. Errors: those of the store, when the states of before cannot be read.
  Status Reload(Timestamp now);

  /// Begins to fire, on a thread of its own. Call Reload first. Errors: kResourceExhausted.
  Status Begin();
  void Stop();

  /// Starts what is due at `now`, and returns when to call it again; nothing: not before a reload or a
  /// resumption. The thread does this; tests do without the thread.
  std::optional<Timestamp> RunDue(Timestamp now);

  /// Errors: kNotFound.
  Result<ScheduleView> Get(const std::string& name) const;
  /// Up to `limit` schedules by name, those after `after`.
  std::vector<ScheduleView> Page(const std::string& after, size_t limit) const;

  /// Stops the firings of a schedule until it is resumed; runs go on. What would have fired meanwhile is not
  /// made up for. Errors: kNotFound; resuming: kConflict if the definition itself says `paused`; those of the
  /// store.
  Result<ScheduleView> Pause(const std::string& name, Timestamp now);
  Result<ScheduleView> Resume(const std::string& name, Timestamp now);

 private:
  struct Entry {
    ScheduleView view;
    std::string definition;         // as text, to see changes
    std::optional<Timestamp> wake;  // when it stands in the queue
    int failures = 0;               // in a row
  };
  using Entries = std::map<std::string, Entry>;

  Status LoadStates();
  void Adopt(ScheduledSource source, Timestamp now);
  void Release(Entries::iterator entry);
  void NoticeClock(Timestamp now);
  Entry* FirstDue(Timestamp now);
  void Handle(Entry& entry, Timestamp now);
  /// Starts what is planned, as far as that goes, and notes it in `state`.
  Status Carry(const schedule::FiringPlan& plan, const schedule::Timetable& timetable, ScheduleState& state,
               Timestamp now);
  void Report(const schedule::Timetable& timetable, const LastFiring& fired);
  void Enqueue(Entry& entry, std::optional<Timestamp> not_before = std::nullopt);
  void SaveUnsaved();
  Result<ScheduleView> SetPaused(const std::string& name, std::optional<Timestamp> paused_at, Timestamp now);
  void Wake();

  const List list_;
  ScheduleStore& store_;
  RunStarter& runs_;
  metrics::Registry& metrics_;

  std::mutex changing_;       // one change at a time; only who holds it changes what follows
  mutable std::mutex mutex_;  // held while entries_ change, so that others can look at them
  Entries entries_;
  std::set<std::pair<Timestamp, std::string>> queue_;  // by the time to wake
  std::map<std::string, ScheduleState> released_;      // of names without a schedule
  std::map<std::string, ScheduleState> unsaved_;
  bool loaded_ = false;
  std::optional<Timestamp> last_look_;

  std::unique_ptr<schedule::AlarmClock> alarm_;
  std::atomic<bool> stopping_ = false;
  std::jthread thread_;
};

}  // namespace tarn::extract
