#pragma once

#include <memory>
#include <string>

#include "common/decoding/encoding.h"
#include "common/unpacking/byte_source.h"

namespace tarn::decoding {

/// The text of another source as UTF-8, without byte order mark. What is UTF-8 already passes as it is,
/// broken characters included; of another encoding they become U+FFFD. Errors: those of the other source;
/// kUnprocessable if what comes is packed.
class Utf8Source : public unpacking::ByteSource {
 public:
  Utf8Source(std::unique_ptr<unpacking::ByteSource> source, Encoding encoding)
      : source_(std::move(source)), encoding_(encoding) {}
  Result<size_t> Read(char* into, size_t size) override;

 private:
  Status Refill();
  void SkipByteOrderMark();

  const std::unique_ptr<unpacking::ByteSource> source_;
  const Encoding encoding_;
  std::string bytes_;  // read, but not converted: the begin of a character
  std::string text_;   // converted
  size_t taken_ = 0;   // of text_
  bool begun_ = false;
  bool ended_ = false;
};

}  // namespace tarn::decoding
