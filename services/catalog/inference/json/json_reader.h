#pragma once

#include <cstdint>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "common/result/result.h"
#include "common/unpacking/byte_source.h"
#include "services/catalog/inference/evidence/evidence.h"

namespace tarn::inference {

/// Reads JSON (RFC 8259) from a stream, piece by piece: memory does not grow with the text. Checks UTF-8. One
/// thread.
class JsonReader {
 public:
  explicit JsonReader(unpacking::ByteSource& source) : source_(source), buffer_(kBufferBytes) {}

  static constexpr size_t kMaxStringBytes = 16 << 20;

  /// Skips white space; returns the next byte without taking it, -1 at the end. Errors: those of the source.
  Result<int> Next();
  /// Returns the byte behind what was read without skipping or taking it, -1 at the end.
  Result<int> Peek();
  void Take();

  /// Takes a string that begins at the current byte, its quotes included; escapes are resolved. Errors:
  /// kUnprocessable with where() = "line N" for malformed or too long text.
  Result<std::string> TakeString();
  /// Takes a number as it is written. Errors: kUnprocessable for what is none.
  Result<std::string> TakeNumber();
  /// Takes true, false or null. Errors: kUnprocessable for another word.
  Result<std::string> TakeWord();

  Place place() const { return {"", line_, offset_}; }
  Error Fail(const std::string& what) const;

 private:
  static constexpr size_t kBufferBytes = 256 << 10;

  Status TakeEscape(std::string& into);
  Result<uint32_t> TakeHex();
  Status TakeDigits(std::string& into);

  unpacking::ByteSource& source_;
  std::vector<char> buffer_;
  size_t at_ = 0;
  size_t filled_ = 0;
  uint64_t offset_ = 0;
  int64_t line_ = 1;
};

}  // namespace tarn::inference
