#include "services/transform/runs/run_progress.h"

#include <algorithm>
#include <array>

namespace tarn::transform {
namespace {

struct Share {
  const char* name;
  double begin;  // of the whole run
};

// Shares of a typical run: where it is matters more than when it ends.
constexpr std::array kShares = {Share{"validate", 0.0}, Share{"models", 0.1}, Share{"quality", 0.6},
                                Share{"outputs", 0.7}, Share{"commit", 0.95}};

}  // namespace

void RunProgress::Enter(Phase phase, int64_t total) {
  std::lock_guard lock(mutex_);
  begun_ = true;
  phase_ = phase;
  done_ = 0;
  total_ = total;
}

void RunProgress::Step() {
  std::lock_guard lock(mutex_);
  done_ = std::min(done_ + 1, total_);
}

RunProgress::View RunProgress::Look() const {
  std::lock_guard lock(mutex_);
  if (!begun_) return {};
  const auto index = static_cast<size_t>(phase_);
  const double end = index + 1 < kShares.size() ? kShares[index + 1].begin : 1.0;
  const double part = total_ > 0 ? static_cast<double>(done_) / static_cast<double>(total_) : 0.0;
  return {kShares[index].name, done_, total_, kShares[index].begin + part * (end - kShares[index].begin)};
}

std::shared_ptr<RunProgress> ProgressBoard::Begin(const std::string& run_id) {
  auto progress = std::make_shared<RunProgress>();
  std::lock_guard lock(mutex_);
  runs_[run_id] = progress;
  return progress;
}

void ProgressBoard::End(const std::string& run_id) {
  std::lock_guard lock(mutex_);
  runs_.erase(run_id);
}

std::shared_ptr<const RunProgress> ProgressBoard::Find(const std::string& run_id) const {
  std::lock_guard lock(mutex_);
  const auto found = runs_.find(run_id);
  return found == runs_.end() ? nullptr : found->second;
}

}  // namespace tarn::transform
