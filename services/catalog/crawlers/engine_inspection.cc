#include "services/catalog/crawlers/engine_inspection.h"

#include <algorithm>
#include <atomic>
#include <deque>
#include <numeric>

#include "services/catalog/crawlers/work_shares.h"

namespace tarn::catalog {
namespace {

// Fewer files are read before another engine has started.
constexpr size_t kFilesPerEngine = 8;
// Less memory is not enough for an engine to do anything.
constexpr uint64_t kLeastMemoryBytes = 64 << 20;

size_t EnginesFor(size_t files, const InspectionOptions& options) {
  const auto by_memory = static_cast<size_t>(options.memory_limit_bytes / kLeastMemoryBytes);
  const size_t worth = files / kFilesPerEngine + 1;
  return std::max<size_t>(std::min({static_cast<size_t>(options.threads), by_memory, worth}), 1);
}

InspectionOptions Share(InspectionOptions options, size_t engines) {
  options.memory_limit_bytes /= engines;
  options.threads = std::max<int64_t>(options.threads / static_cast<int64_t>(engines), 1);
  return options;
}

// Alone it may end in another way.
bool LackedRoom(const Reading& reading) {
  if (reading.ok()) return false;
  return reading.error().code() == Code::kResourceExhausted ||
         reading.error().code() == Code::kDeadlineExceeded;
}

class Inspections {
 public:
  Inspections(const object_store::Pin& pin, const std::vector<ReadTarget>& targets,
              const InspectionOptions& options, std::span<const Classifier> classifiers)
      : pin_(pin),
        targets_(targets),
        options_(options),
        classifiers_(classifiers),
        readings_(targets.size()) {}

  // The large ones first: what is begun last is what all wait for.
  void ReadAll(const std::function<void(int64_t done)>& progress, const std::stop_token& cancelled) {
    std::vector<size_t> order(targets_.size());
    std::iota(order.begin(), order.end(), size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
      return targets_[a].object.size_bytes > targets_[b].object.size_bytes;
    });
    const size_t engines = EnginesFor(targets_.size(), options_);
    std::deque<FileInspector> inspectors;
    for (size_t i = 0; i < engines; ++i) inspectors.emplace_back(pin_.directory(), Share(options_, engines));
    std::atomic<int64_t> done = 0;
    ShareWork(order.size(), engines, [&](size_t thread, size_t item) {
      if (thread == 0) progress(done);
      Read(inspectors[thread], order[item], cancelled);
      ++done;
      return MayGoOn(order[item]);
    });
    inspectors.clear();
    if (engines > 1) RepeatAlone(cancelled);
  }

  Result<std::vector<Reading>> Take() {
    std::vector<Reading> readings;
    for (const auto& reading : readings_) {
      if (reading && !reading->ok() && !ConcernsTheFile(reading->error().code())) return reading->error();
    }
    for (auto& reading : readings_) readings.push_back(*std::move(reading));
    return readings;
  }

 private:
  void Read(FileInspector& inspector, size_t i, const std::stop_token& cancelled) {
    readings_[i] = inspector.Inspect(pin_.files()[i], targets_[i].format, classifiers_, cancelled);
  }

  bool MayGoOn(size_t i) const { return readings_[i]->ok() || ConcernsTheFile(readings_[i]->error().code()); }

  void RepeatAlone(const std::stop_token& cancelled) {
    FileInspector inspector(pin_.directory(), options_);
    for (size_t i = 0; i < readings_.size(); ++i) {
      if (!readings_[i]) return;
      if (LackedRoom(*readings_[i])) Read(inspector, i, cancelled);
      if (!MayGoOn(i)) return;
    }
  }

  const object_store::Pin& pin_;
  const std::vector<ReadTarget>& targets_;
  const InspectionOptions& options_;
  const std::span<const Classifier> classifiers_;
  std::vector<std::optional<Reading>> readings_;  // each written by one thread
};

}  // namespace

bool ConcernsTheFile(Code code) { return code != Code::kUnavailable && code != Code::kCancelled; }

Result<std::vector<Reading>> InspectFiles(const object_store::Pin& pin,
                                          const std::vector<ReadTarget>& targets,
                                          const InspectionOptions& options,
                                          std::span<const Classifier> classifiers,
                                          const std::function<void(int64_t done)>& progress,
                                          std::stop_token cancelled) {
  Inspections inspections(pin, targets, options, classifiers);
  inspections.ReadAll(progress, cancelled);
  return inspections.Take();
}

}  // namespace tarn::catalog
