#pragma once

#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "services/extract/runs/run_store.h"
#include "services/extract/sources/connector.h"

namespace tarn::extract {

/// A run at work: what it has counted and which objects it wrote. Both are stored four times a second, by a
/// thread of its own; what a dying process had not stored yet is found again when the run is resumed.
/// Thread-safe.
class ActiveRun : public ProgressReporter {
 public:
  /// A resumed run reads its pages again, so what they hold is counted anew; what was asked of the source
  /// adds up.
  ActiveRun(RunStore& runs, Run run);

  /// What never changes of it.
  const std::string& id() const { return run_.id; }
  const std::string& source() const { return run_.source; }
  Timestamp created_at() const { return run_.created_at; }
  const std::optional<RunWindow>& window() const { return run_.window; }
  std::string KeyPart() const { return run_.KeyPart(); }

  void Advance(double fraction) override;
  void Count(std::string_view name, int64_t amount = 1) override;
  void Expect(int64_t records) override;

  /// Notes an object and counts what it holds.
  Status Record(const RunObject& object);
  /// Stores everything noted so far.
  Status Flush();

  /// The run as it is now.
  Run Snapshot() const;

 private:
  void StoreNowAndThen(const std::stop_token& stop);

  RunStore& runs_;
  mutable std::mutex mutex_;
  std::mutex storing_;  // one flush at a time, so that an older state never replaces a newer one
  Run run_;
  std::vector<RunObject> unstored_;
  bool changed_ = false;
  std::condition_variable_any waiting_;
  std::jthread storer_;  // last: it ends before what it uses
};

/// What a connector remembers of a source, kept in the run store. Thread-safe.
class StoredState : public SavedState {
 public:
  /// `cursor` is what the run began with. A stateless run (a part of a backfill) finds no cursor and leaves
  /// none.
  StoredState(RunStore& runs, std::string source, std::string cursor, bool stateless)
      : runs_(runs), source_(std::move(source)), cursor_(std::move(cursor)), stateless_(stateless) {}

  Result<std::string> LoadCursor() override { return stateless_ ? std::string() : cursor_; }
  void StageCursor(std::string cursor) override;
  Result<std::string> LoadNotes() override { return runs_.LoadNotes(source_); }
  Status SaveNotes(const std::string& notes) override { return runs_.SaveNotes(source_, notes); }

  /// What was staged last.
  std::optional<std::string> StagedCursor() const;

 private:
  RunStore& runs_;
  const std::string source_;
  const std::string cursor_;
  const bool stateless_;
  mutable std::mutex mutex_;
  std::optional<std::string> staged_;
};

}  // namespace tarn::extract
