#include "services/transform/runs/housekeeper.h"

#include <condition_variable>
#include <mutex>
#include <set>

#include "common/logging/log.h"
#include "services/transform/runs/bookmark_store.h"
#include "services/transform/runs/transform_state.h"

namespace tarn::transform {
namespace {

constexpr std::chrono::seconds kRound(5);
constexpr std::chrono::minutes kPruning(10);
constexpr std::chrono::hours kWalk(1);

}  // namespace

void Housekeeper::Begin() {
  thread_ = std::jthread([this](std::stop_token stopping) {
    std::mutex mutex;
    std::condition_variable_any stopped;
    std::unique_lock lock(mutex);
    while (!stopping.stop_requested()) {
      Round(Now(), stopping);
      stopped.wait_for(lock, stopping, kRound, [] { return false; });
    }
  });
}

void Housekeeper::Stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

void Housekeeper::Round(Timestamp now, std::stop_token stopping) {
  const auto shown = ShowBacklog(now);
  if (!shown.ok()) log::Failure("cannot measure the backlog", {{"error", shown.error()}});
  const auto swept = removed_.Sweep(now);
  if (!swept.ok()) log::Failure("cannot end the runs of removed transforms", {{"error", swept.error()}});
  Prune(now, stopping);
  ForgetGone(now);
}

void Housekeeper::Prune(Timestamp now, std::stop_token stopping) {
  if (retention_.count() == 0 || now < next_pruning_) return;
  next_pruning_ = now + kPruning;
  while (!stopping.stop_requested()) {
    const auto more = pruning_.PruneStep(now - retention_);
    if (!more.ok()) log::Failure("cannot forget old runs", {{"error", more.error()}});
    if (!more.ok() || !*more) return;
  }
}

// One step a round, so that it is never felt: a million bookmarks take an hour and a half.
void Housekeeper::ForgetGone(Timestamp now) {
  if (retention_.count() == 0 || now < next_walk_) return;
  const auto more = gone_.Step(now - retention_);
  if (!more.ok()) log::Failure("cannot forget objects that are gone", {{"error", more.error()}});
  if (!more.ok() || !*more) next_walk_ = now + kWalk;
}

Status Housekeeper::ShowBacklog(Timestamp now) {
  BookmarkStore bookmarks(runs_.database());
  TransformStateStore states(runs_.database());
  TARN_ASSIGN(const auto letters, dead_letters_.Unresolved());
  const auto transforms = definitions_.List();
  for (const LoadedTransform& transform : transforms) {
    const metrics::Labels labels = {{"transform", transform.name}};
    TARN_ASSIGN(const auto state, states.Get(transform.name));
    TARN_ASSIGN(const auto counts, bookmarks.Counts(transform.name, state.epoch));
    double age_seconds = 0;
    for (const InputState unfinished : {InputState::kWaiting, InputState::kPlanned}) {
      const auto count = counts.find(unfinished);
      metrics_
          .GetGauge("tarn_transform_queue_depth",
                    "Objects that are not processed yet: waiting, or planned for a run",
                    {{"transform", transform.name}, {"state", InputStateName(unfinished)}})
          .Set(count == counts.end() ? 0 : static_cast<double>(count->second));
      TARN_ASSIGN(const auto oldest, bookmarks.Oldest(transform.name, state.epoch, unfinished));
      if (oldest)
        age_seconds = std::max(age_seconds, static_cast<double>((now - oldest->seen_at).count()) / 1000.0);
    }
    metrics_
        .GetGauge("tarn_transform_oldest_unprocessed_seconds",
                  "How long the object that has been there longest without being processed has been there",
                  labels)
        .Set(age_seconds);
    const auto open = letters.find(transform.name);
    metrics_.GetGauge("tarn_transform_dead_letters", "Dead letters that are not resolved", labels)
        .Set(open == letters.end() ? 0 : static_cast<double>(open->second));
  }
  return Ok();
}

}  // namespace tarn::transform
