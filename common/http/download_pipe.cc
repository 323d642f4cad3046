#include "common/http/download_pipe.h"

#include <algorithm>
#include <utility>

namespace tarn::http {

Status DownloadPipe::Write(std::string_view data) {
  while (!data.empty()) {
    std::unique_lock lock(mutex_);
    room_.wait(lock, [this] { return cancelled_ || bytes_.size() < capacity_; });
    if (cancelled_) return *cancelled_;
    const size_t count = std::min(data.size(), capacity_ - bytes_.size());
    bytes_.append(data.substr(0, count));
    data.remove_prefix(count);
    const bool wake = std::exchange(io_waits_, false);
    lock.unlock();
    if (wake) wake_();
  }
  return Ok();
}

// Wakes the I/O thread in any case: it may be waiting for the producer alone.
void DownloadPipe::Finish(Status outcome) {
  {
    std::lock_guard lock(mutex_);
    outcome_ = std::move(outcome);
  }
  wake_();
}

DownloadPipe::Taken DownloadPipe::Take(std::string* block) {
  block->clear();
  {
    std::lock_guard lock(mutex_);
    if (outcome_ && !outcome_->ok()) return Taken::kFailed;
    if (bytes_.empty()) {
      if (outcome_) return Taken::kEnd;
      io_waits_ = true;
      return Taken::kEmpty;
    }
    bytes_.swap(*block);
  }
  room_.notify_one();
  return Taken::kData;
}

void DownloadPipe::Cancel(Error reason) {
  {
    std::lock_guard lock(mutex_);
    if (!cancelled_) cancelled_ = std::move(reason);
    bytes_.clear();
  }
  room_.notify_one();
}

bool DownloadPipe::finished() {
  std::lock_guard lock(mutex_);
  return outcome_.has_value();
}

Error DownloadPipe::error() {
  std::lock_guard lock(mutex_);
  return outcome_->error();
}

}  // namespace tarn::http
