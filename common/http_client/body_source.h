#pragma once

#include <cstddef>
#include <cstdint>

#include "common/result/result.h"

namespace tarn::http_client {

/// A request body that is read while it is sent, so that memory does not grow with it. One thread at a time.
class BodySource {
 public:
  virtual ~BodySource() = default;
  /// The length of the whole body; sent as Content-Length.
  virtual uint64_t size_bytes() const = 0;
  /// Up to `size` bytes, 0 at the end. An error ends the exchange and is what the caller of the exchange gets.
  virtual Result<size_t> Read(char* into, size_t size) = 0;
  /// Starts again with the first byte: called before each try, and when a connection broke before any answer.
  virtual Status Rewind() = 0;
};

}  // namespace tarn::http_client
