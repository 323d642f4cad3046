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

/// Carries a streamed request body from the I/O thread, which never waits, to the handler's thread, which
/// does. While it is full the I/O thread does not read the socket, so the client is held back by TCP.
class UploadPipe : public BodyReader {
 public:
  /// `wake` is called from the reading thread when the I/O thread should look again: reading has begun, or
  /// there is room again after a HasRoom() that said no.
  UploadPipe(size_t capacity, std::function<void()> wake) : capacity_(capacity), wake_(std::move(wake)) {}

  Result<size_t> Read(char* into, size_t size) override;

  /// For the I/O thread. Put takes everything, however full: ask HasRoom() first.
  bool HasRoom();
  void Put(std::string_view bytes);
  void End();
  /// Drops what was not read, so that the reader learns of it at once.
  void Fail(Error error);
  /// The handler has asked for the body: now is the time for "100 Continue".
  bool wanted();

 private:
  const size_t capacity_;
  const std::function<void()> wake_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::string bytes_;
  size_t read_ = 0;  // bytes_ up to here has been read
  bool ended_ = false, wanted_ = false, io_waits_for_room_ = false;
  std::optional<Error> error_;
};

}  // namespace tarn::http
