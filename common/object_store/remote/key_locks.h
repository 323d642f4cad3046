#pragma once

#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "common/object_store/posix_file.h"
#include "common/result/result.h"

namespace tarn::object_store {

/// Lets one commit at a time work on a key, among all threads and processes of a store, while those on other keys go
/// on: flock() on one of a fixed number of files, chosen by the key. The kernel releases it when its holder dies.
class KeyLocks {
 public:
  /// Errors: kInternal.
  static Result<KeyLocks> Open(const std::filesystem::path& directory);

  /// Locks, held until destroyed.
  class Held {
   private:
    friend class KeyLocks;
    std::vector<FileDescriptor> files_;
  };

  using Keys = std::set<std::pair<std::string, std::string>>;  ///< bucket and key
  /// Waits for all of them. Errors: kInternal.
  Result<Held> Acquire(const Keys& keys) const;
  /// Nothing if somebody holds it.
  Result<std::optional<Held>> TryAcquire(const std::string& bucket, const std::string& key) const;

 private:
  explicit KeyLocks(std::filesystem::path directory) : directory_(std::move(directory)) {}
  std::filesystem::path directory_;
};

}  // namespace tarn::object_store
