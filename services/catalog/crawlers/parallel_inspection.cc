#include "services/catalog/crawlers/parallel_inspection.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>

#include "services/catalog/inference/parquet_inspection.h"

namespace tarn::catalog {
namespace {

// Fewer files are read before another thread has started.
constexpr size_t kFilesPerThread = 32;
constexpr size_t kMaxThreads = 16;
// Taken at a time, so that threads seldom meet.
constexpr size_t kStride = 16;

// A part of one version of an object; kNotFound if another has taken its place.
Result<std::unique_ptr<object_store::ObjectReader>> OpenPart(object_store::ObjectStore& store,
                                                             const object_store::ObjectInfo& object,
                                                             object_store::ByteRange part) {
  TARN_ASSIGN(auto reader, store.Get(object.bucket, object.key, part));
  if (reader->info().version == object.version) return reader;
  return Error(Code::kNotFound, "that version is gone or replaced: " + object.bucket + "/" + object.key);
}

Result<std::string> ReadUpTo(object_store::ObjectReader& reader, size_t size) {
  std::string bytes(size, '\0');
  size_t filled = 0;
  while (filled < size) {
    TARN_ASSIGN(const size_t more, reader.Read(bytes.data() + filled, size - filled));
    if (more == 0) break;
    filled += more;
  }
  bytes.resize(filled);
  return bytes;
}

class FooterReaders {
 public:
  FooterReaders(object_store::ObjectStore& store, const std::vector<ReadTarget>& targets,
                std::stop_token cancelled)
      : store_(store), targets_(targets), cancelled_(std::move(cancelled)), readings_(targets.size()) {}

  // One thread's work: takes files until there are none.
  void Work(const std::function<void(int64_t done)>& progress) {
    while (!cancelled_.stop_requested() && !failed_) {
      const size_t begin = next_.fetch_add(kStride);
      if (begin >= targets_.size()) return;
      if (progress) progress(static_cast<int64_t>(begin));
      const size_t end = std::min(begin + kStride, targets_.size());
      for (size_t i = begin; i < end; ++i) {
        if (targets_[i].format == FileFormat::kParquet) readings_[i] = ReadFooter(targets_[i].object);
      }
    }
  }

  Footers Take() { return {std::move(readings_), std::move(gone_)}; }

 private:
  std::optional<Reading> ReadFooter(const object_store::ObjectInfo& object) {
    bool gone = false;
    auto reading =
        InspectParquetFooter(object.size_bytes, [&](uint64_t offset, size_t size) -> Result<std::string> {
          const auto reader = OpenPart(store_, object, {offset, size});
          gone = !reader.ok();
          if (gone) return reader.error();
          return ReadUpTo(**reader, size);
        });
    if (gone) Fail(reading->error());
    return reading;
  }

  void Fail(const Error& error) {
    const std::lock_guard lock(mutex_);
    failed_ = true;
    if (!gone_) gone_ = error;
  }

  object_store::ObjectStore& store_;
  const std::vector<ReadTarget>& targets_;
  const std::stop_token cancelled_;
  std::vector<std::optional<Reading>> readings_;  // each written by one thread
  std::atomic<size_t> next_ = 0;
  std::atomic<bool> failed_ = false;
  std::mutex mutex_;
  std::optional<Error> gone_;
};

}  // namespace

Result<Footers> ReadFooters(object_store::ObjectStore& store, const std::vector<ReadTarget>& targets,
                            int64_t threads, const std::function<void(int64_t done)>& progress,
                            std::stop_token cancelled) {
  FooterReaders readers(store, targets, cancelled);
  {
    const size_t worth = std::min({static_cast<size_t>(std::max<int64_t>(threads, 1)), kMaxThreads,
                                   targets.size() / kFilesPerThread + 1});
    std::vector<std::jthread> others;
    for (size_t i = 1; i < worth; ++i) others.emplace_back([&readers] { readers.Work({}); });
    readers.Work(progress);
  }
  if (cancelled.stop_requested()) return Error(Code::kCancelled, "the crawl was stopped");
  return readers.Take();
}

}  // namespace tarn::catalog
