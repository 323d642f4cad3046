#include "services/catalog/crawlers/parallel_inspection.h"

#include <algorithm>
#include <atomic>
#include <thread>

#include "services/catalog/inference/parquet_inspection.h"

namespace tarn::catalog {
namespace {

// Fewer files are read before another thread has started.
constexpr size_t kFilesPerThread = 32;
constexpr size_t kMaxThreads = 16;
// Taken at a time, so that threads seldom meet.
constexpr size_t kStride = 16;

class FooterReaders {
 public:
  FooterReaders(const std::vector<std::filesystem::path>& files, const std::vector<ReadTarget>& targets,
                std::stop_token cancelled)
      : files_(files), targets_(targets), cancelled_(std::move(cancelled)), readings_(files.size()) {}

  // One thread's work: takes files until there are none.
  void Work(const std::function<void(int64_t done)>& progress) {
    while (!cancelled_.stop_requested()) {
      const size_t begin = next_.fetch_add(kStride);
      if (begin >= files_.size()) return;
      if (progress) progress(static_cast<int64_t>(begin));
      const size_t end = std::min(begin + kStride, files_.size());
      for (size_t i = begin; i < end; ++i) {
        if (targets_[i].format == FileFormat::kParquet) readings_[i] = InspectParquetFooter(files_[i]);
      }
    }
  }

  std::vector<std::optional<Reading>> Take() { return std::move(readings_); }

 private:
  const std::vector<std::filesystem::path>& files_;
  const std::vector<ReadTarget>& targets_;
  const std::stop_token cancelled_;
  std::vector<std::optional<Reading>> readings_;  // each written by one thread
  std::atomic<size_t> next_ = 0;
};

}  // namespace

Result<std::vector<std::optional<Reading>>> ReadFooters(const std::vector<std::filesystem::path>& files,
                                                        const std::vector<ReadTarget>& targets, int64_t threads,
                                                        const std::function<void(int64_t done)>& progress,
                                                        std::stop_token cancelled) {
  FooterReaders readers(files, targets, cancelled);
  {
    const size_t worth = std::min({static_cast<size_t>(std::max<int64_t>(threads, 1)), kMaxThreads, files.size() / kFilesPerThread + 1});
    std::vector<std::jthread> others;
    for (size_t i = 1; i < worth; ++i) others.emplace_back([&readers] { readers.Work({}); });
    readers.Work(progress);
  }
  if (cancelled.stop_requested()) return Error(Code::kCancelled, "the crawl was stopped");
  return readers.Take();
}

}  // namespace tarn::catalog
