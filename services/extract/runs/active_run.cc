#include "services/extract/runs/active_run.h"

#include <algorithm>

#include "common/logging/log.h"

namespace tarn::extract {
namespace {

constexpr std::chrono::milliseconds kStoreEvery(250);
constexpr size_t kMaxUnstored = 100;

}  // namespace

ActiveRun::ActiveRun(RunStore& runs, Run run) : runs_(runs), run_(std::move(run)) {
  std::map<std::string, int64_t> kept;
  for (const char* name : {"requests", "retries", "bytes_received"}) kept[name] = run_.counts[name];
  for (const char* name : {"pages", "records", "bytes"}) kept[name] = 0;
  run_.counts = std::move(kept);
  storer_ = std::jthread([this](const std::stop_token& stop) { StoreNowAndThen(stop); });
}

void ActiveRun::Advance(double fraction) {
  const std::lock_guard lock(mutex_);
  run_.progress = std::clamp(fraction, run_.progress, 1.0);
  changed_ = true;
}

void ActiveRun::Count(std::string_view name, int64_t amount) {
  if (amount == 0) return;
  const std::lock_guard lock(mutex_);
  run_.counts[std::string(name)] += amount;
  changed_ = true;
}

void ActiveRun::Expect(int64_t records) { Count("expected_records", records); }

Status ActiveRun::Record(const RunObject& object) {
  {
    const std::lock_guard lock(mutex_);
    if (!object.manifest) {
      run_.counts["pages"] += 1;
      run_.counts["records"] += object.records;
      run_.counts["bytes"] += object.bytes;
    }
    unstored_.push_back(object);
    run_.pauses = 0;  // it moves, however slowly
    changed_ = true;
    if (unstored_.size() < kMaxUnstored) return Ok();
  }
  return Flush();
}

Status ActiveRun::Flush() {
  const std::lock_guard one(storing_);
  std::vector<RunObject> objects;
  Run run;
  {
    const std::lock_guard lock(mutex_);
    objects.swap(unstored_);
    run = run_;
    changed_ = false;
  }
  Status stored = runs_.AddObjects(run, objects);
  if (!stored.ok()) {
    const std::lock_guard lock(mutex_);
    unstored_.insert(unstored_.begin(), objects.begin(), objects.end());
  }
  return stored;
}

Run ActiveRun::Snapshot() const {
  const std::lock_guard lock(mutex_);
  return run_;
}

void ActiveRun::StoreNowAndThen(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    {
      std::unique_lock lock(mutex_);
      waiting_.wait_for(lock, stop, kStoreEvery, [] { return false; });
      if (stop.stop_requested() || !changed_) continue;
    }
    if (const auto status = Flush(); !status.ok()) {
      log::Warn("cannot store the progress of a run", {{"run", id()}, {"error", status.error()}});
    }
  }
}

void StoredState::StageCursor(std::string cursor) {
  if (stateless_) return;
  const std::lock_guard lock(mutex_);
  staged_ = std::move(cursor);
}

std::optional<std::string> StoredState::StagedCursor() const {
  const std::lock_guard lock(mutex_);
  return staged_;
}

}  // namespace tarn::extract
