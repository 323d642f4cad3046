#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "common/http/message.h"
#include "common/result/result.h"

namespace tarn::http {

/// Carries a streamed response body from the thread that produces it, which waits while the pipe is full, to
/// the I/O thread, which never waits.
class DownloadPipe : public BodyWriter {
 public:
  /// `wake` is called from the producing thread when there is news after a Take() that said kEmpty.
  DownloadPipe(size_t capacity, std::function<void()> wake) : capacity_(capacity), wake_(std::move(wake)) {}

  Status Write(std::string_view data) override;
  /// The producer has returned, with this outcome. Its last call.
  void Finish(Status outcome);

  enum class Taken { kData, kEmpty, kEnd, kFailed };
  /// For the I/O thread: swaps all that is there into `*block`.
  Taken Take(std::string* block);
  /// For the I/O thread: makes Write fail with `reason` from now on.
  void Cancel(Error reason);
  /// The producer has returned; nobody else uses the pipe any more.
  bool finished();
  /// Why the producer failed, once Take() said kFailed.
  Error error();

 private:
  const size_t capacity_;
  const std::function<void()> wake_;
  std::mutex mutex_;
  std::condition_variable room_;
  std::string bytes_;
  bool io_waits_ = false;
  std::optional<Error> cancelled_;
  std::optional<Status> outcome_;
};

}  // namespace tarn::http
