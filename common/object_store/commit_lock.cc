#include "common/object_store/commit_lock.h"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>

namespace tarn::object_store {

Result<std::unique_ptr<CommitLock>> CommitLock::Open(const std::filesystem::path& file) {
  FileDescriptor descriptor(open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!descriptor.valid()) return SystemError(errno, "open the commit lock");
  return std::unique_ptr<CommitLock>(new CommitLock(std::move(descriptor)));
}

Result<CommitLock::Held> CommitLock::Acquire() {
  mutex_.lock();
  while (flock(file_.get(), LOCK_EX) != 0) {
    if (errno == EINTR) continue;
    const int failure = errno;
    mutex_.unlock();
    return SystemError(failure, "take the commit lock");
  }
  return Held(*this);
}

CommitLock::Held::~Held() {
  if (!lock_) return;
  flock(lock_->file_.get(), LOCK_UN);
  lock_->mutex_.unlock();
}

}  // namespace tarn::object_store
