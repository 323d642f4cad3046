#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "services/extract/schedules/scheduler.h"
#include "tests/support/temp_directory.h"

namespace tarn::extract {

/// Runs as a runner would keep them: one per source and time of firing. It outlives restarts of the
/// scheduler.
class RunLedger : public RunStarter {
 public:
  Result<std::optional<std::string>> Find(const std::string& source, Timestamp scheduled_for) override;
  Result<std::string> Start(const std::string& source, Timestamp scheduled_for,
                            schedule::Overlap overlap) override;
  Result<int64_t> CountUnfinished(const std::string& source) override;
  Status CancelUnfinished(const std::string& source) override;

  struct LedgerRun {
    std::string source;
    Timestamp scheduled_for;
    schedule::Overlap overlap;
    bool finished = false;
    bool cancelled = false;
  };
  std::vector<LedgerRun> runs;
  bool finish_at_once = true;
  std::optional<Error> failure;  ///< what Start returns
  int starts_until_failure = 0;  ///< how many succeed before that
};

/// A scheduler with a real store, on a clock that only the test moves.
class ScheduleLab {
 public:
  explicit ScheduleLab(const char* now = "2026-01-01T00:00:00Z");

  /// Defines or replaces the schedule of a source and reloads. `definition` is JSON.
  void Define(const std::string& name, const std::string& definition);
  void Remove(const std::string& name);
  void Reload();

  /// Moves the clock and runs what is due, as the thread would: whenever something is due on the way.
  void AdvanceTo(const char* time);
  /// Sets the clock, and lets the scheduler look at it.
  void SetClock(const char* time);

  /// Opens everything again on the same file. `now`: when.
  void Restart(const char* now);
  /// As Restart, but what the scheduler has noted since `Mark` is lost.
  void Mark();
  void RestartFromMark(const char* now);

  /// The runs of all sources, as "2026-01-01T10:00" with spaces between them, in the order they were started.
  std::string Runs() const;

  Timestamp now;
  RunLedger ledger;
  std::unique_ptr<sqlite::Database> database;
  std::unique_ptr<ScheduleStore> store;
  std::unique_ptr<Scheduler> scheduler;
  metrics::Registry metrics;

 private:
  void Open();

  TempDirectory home_;
  std::map<std::string, std::string> definitions_;
  std::vector<ScheduleState> marked_;
};

}  // namespace tarn::extract
