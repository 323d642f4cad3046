#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace tarn::transform {

/// How far the run at work is. Thread-safe.
class RunProgress {
 public:
  enum class Phase { kValidate, kModels, kQuality, kOutputs, kCommit };

  struct View {
    const char* phase = "";  ///< "validate", "models", "quality", "outputs", "commit"; "" before the first
    int64_t done = 0;        ///< of the phase's steps
    int64_t total = 0;       ///< 0: the phase has no steps that could be counted
    double fraction = 0;     ///< of the whole run, 0 to 1
  };

  void Enter(Phase phase, int64_t total = 0);
  /// One more step of the phase is done.
  void Step();
  View Look() const;

 private:
  mutable std::mutex mutex_;
  bool begun_ = false;
  Phase phase_ = Phase::kValidate;
  int64_t done_ = 0;
  int64_t total_ = 0;
};

/// The progress of each run at work. Thread-safe.
class ProgressBoard {
 public:
  std::shared_ptr<RunProgress> Begin(const std::string& run_id);
  void End(const std::string& run_id);
  /// Null for a run that is not at work.
  std::shared_ptr<const RunProgress> Find(const std::string& run_id) const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<RunProgress>> runs_;
};

}  // namespace tarn::transform
