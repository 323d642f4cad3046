#pragma once

#include <cstddef>

#include "common/result/result.h"

namespace tarn::unpacking {

/// Bytes that arrive front to back. Memory does not grow with what is read. One thread.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  /// Fills up to `size` bytes and returns how many; 0 is the end of complete content. Errors: kUnprocessable
  /// for damaged or truncated content, kUnavailable when the file cannot be read.
  virtual Result<size_t> Read(char* into, size_t size) = 0;
};

}  // namespace tarn::unpacking
