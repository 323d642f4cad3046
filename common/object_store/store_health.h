#pragma once

#include <mutex>
#include <string>

#include "common/result/result.h"

namespace tarn::object_store {

/// Remembers that the disk failed to keep what it was told to. After a failed fsync nobody knows what is on the disk,
/// and a second fsync would claim success: so nothing is written any more until the store is opened anew, which finds
/// out what is there. Thread-safe.
class StoreHealth {
 public:
  /// Errors: kUnavailable once it failed.
  Status Check() const {
    const std::lock_guard lock(mutex_);
    if (reason_.empty()) return Ok();
    return Error(Code::kUnavailable, "the object store takes no more writes, as its disk failed; check the disk, then "
                                     "restart the service: " + reason_);
  }

  void Fail(const std::string& reason) {
    const std::lock_guard lock(mutex_);
    if (reason_.empty()) reason_ = reason;
  }

 private:
  mutable std::mutex mutex_;
  std::string reason_;
};

}  // namespace tarn::object_store
