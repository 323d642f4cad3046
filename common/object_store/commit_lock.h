#pragma once

#include <filesystem>
#include <memory>
#include <mutex>

#include "common/object_store/posix_file.h"
#include "common/result/result.h"

namespace tarn::object_store {

/// Lets one thread of one process at a time change the store: a mutex among the threads of this process, flock()
/// among processes. The kernel releases it when its holder dies. Thread-safe.
class CommitLock {
 public:
  static Result<std::unique_ptr<CommitLock>> Open(const std::filesystem::path& file);

  /// Held until destroyed.
  class Held {
   public:
    explicit Held(CommitLock& lock) : lock_(&lock) {}
    Held(Held&& other) noexcept : lock_(std::exchange(other.lock_, nullptr)) {}
    Held& operator=(Held&&) = delete;
    ~Held();

   private:
    CommitLock* lock_;
  };

  /// Waits for its turn.
  Result<Held> Acquire();

 private:
  explicit CommitLock(FileDescriptor file) : file_(std::move(file)) {}

  FileDescriptor file_;
  std::mutex mutex_;
};

}  // namespace tarn::object_store
