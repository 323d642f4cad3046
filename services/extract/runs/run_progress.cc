#include "services/extract/runs/run_progress.h"

#include <algorithm>

#include "common/logging/log.h"

namespace tarn::extract {

void RunProgress::Advance(double fraction) {
  run_.progress = std::clamp(fraction, run_.progress, 1.0);
  StoreNowAndThen();
}

void RunProgress::Count(std::string_view name, int64_t amount) {
  if (amount == 0) return;
  run_.counts[std::string(name)] += amount;
  StoreNowAndThen();
}

void RunProgress::StoreNowAndThen() {
  const auto now = std::chrono::steady_clock::now();
  if (now - stored_ < std::chrono::milliseconds(500)) return;
  stored_ = now;
  if (const auto status = runs_.SaveProgress(run_); !status.ok()) {
    log::Warn("cannot store the progress of a run", {{"run", run_.id}, {"error", status.error()}});
  }
}

}  // namespace tarn::extract
