#include "common/http/upload_pipe.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace tarn::http {

Result<size_t> UploadPipe::Read(char* into, size_t size) {
  std::unique_lock lock(mutex_);
  if (!std::exchange(wanted_, true)) {
    lock.unlock();
    wake_();
    lock.lock();
  }
  changed_.wait(lock, [this] { return error_ || ended_ || read_ < bytes_.size(); });
  if (error_) return *error_;
  const size_t count = std::min(size, bytes_.size() - read_);
  std::memcpy(into, bytes_.data() + read_, count);
  read_ += count;
  if (read_ == bytes_.size()) {
    bytes_.clear();
    read_ = 0;
  }
  // Half empty is early enough to keep the socket busy, and rare enough not to wake it for every byte.
  const bool wake = io_waits_for_room_ && bytes_.size() - read_ <= capacity_ / 2;
  if (wake) io_waits_for_room_ = false;
  lock.unlock();
  if (wake) wake_();
  return count;
}

bool UploadPipe::HasRoom() {
  std::lock_guard lock(mutex_);
  io_waits_for_room_ = bytes_.size() - read_ >= capacity_;
  return !io_waits_for_room_;
}

void UploadPipe::Put(std::string_view bytes) {
  {
    std::lock_guard lock(mutex_);
    if (read_ > capacity_ / 2) bytes_.erase(0, std::exchange(read_, 0));
    bytes_.append(bytes);
  }
  changed_.notify_one();
}

void UploadPipe::End() {
  {
    std::lock_guard lock(mutex_);
    ended_ = true;
  }
  changed_.notify_one();
}

void UploadPipe::Fail(Error error) {
  {
    std::lock_guard lock(mutex_);
    if (!error_) error_ = std::move(error);
    bytes_.clear();
    read_ = 0;
  }
  changed_.notify_one();
}

bool UploadPipe::wanted() {
  std::lock_guard lock(mutex_);
  return wanted_;
}

}  // namespace tarn::http
