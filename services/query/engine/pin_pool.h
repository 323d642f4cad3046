#pragma once

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include "common/object_store/object_store.h"
#include "common/object_store/posix_file.h"
#include "common/result/result.h"

namespace tarn::query {

/// A file that a statement reads.
struct WantedFile {
  object_store::ObjectVersion object;
  std::vector<std::string> partition{};  ///< its values
  size_t keys = 0;                       ///< of its table's partitions; 0: it stands in no folder of one
};

/// Keeps the files that statements read pinned for a short while after: the next statement over the same
/// versions finds them under the same paths, by which the engine knows what it remembers of them.
/// Thread-safe.
class PinPool {
 public:
  using Clock = std::chrono::steady_clock;

  /// Files stay as long as someone holds `pins`.
  struct Held {
    std::vector<std::filesystem::path> paths;  ///< as asked for
    std::vector<std::shared_ptr<const object_store::Pin>> pins;
  };

  /// Files that nobody asked for in `kept` are let go, and all files after 15 times that: the space of those
  /// that were deleted meanwhile becomes free. `store` must outlive the pool and what it gave.
  explicit PinPool(object_store::ObjectStore& store,
                   std::chrono::milliseconds kept = std::chrono::seconds(20));

  /// Errors: as ObjectStore::PinFiles.
  Result<Held> Take(std::span<const WantedFile> files);

  /// Lets go of what is due at that time.
  void DropDue(Clock::time_point now);

  /// How many files it keeps.
  size_t size() const;

 private:
  using Key =
      std::tuple<std::string, std::string, std::string, std::string>;  // an object's version, its folder
  struct Entry {
    std::filesystem::path path;
    std::shared_ptr<const object_store::Pin> pin;
    object_store::FileIdentity identity;  // when it was pinned
    Clock::time_point pinned, used;
  };

  static Key KeyOf(const WantedFile& file);
  /// Empty if it is not there, or if another program changed the file.
  std::filesystem::path Find(const WantedFile& file, Held& held);
  Status PinMissing(std::span<const WantedFile> files, Held& held, std::span<const size_t> missing);
  void Keep(const WantedFile& file, const std::filesystem::path& path,
            const std::shared_ptr<const object_store::Pin>& pin);
  void DropFromTimeToTime(std::stop_token stop);

  object_store::ObjectStore& store_;
  const std::chrono::milliseconds kept_;
  mutable std::mutex mutex_;  // of entries_
  std::map<Key, Entry> entries_;
  std::condition_variable_any wake_;
  std::jthread dropper_;  // last: it uses the rest
};

}  // namespace tarn::query
