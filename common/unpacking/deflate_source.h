#pragma once

#include <memory>
#include <vector>

#include "common/unpacking/byte_source.h"

// zlib's own; its header stays in deflate_source.cc.
struct z_stream_s;

namespace tarn::unpacking {

enum class DeflateFormat { kGzip, kRaw };

/// Unpacks gzip (RFC 1952, any number of members) or a raw deflate stream (RFC 1951).
class DeflateSource : public ByteSource {
 public:
  DeflateSource(std::unique_ptr<ByteSource> packed, DeflateFormat format);
  ~DeflateSource() override;
  Result<size_t> Read(char* into, size_t size) override;

 private:
  // Returns false at the end of the packed bytes.
  Result<bool> Refill();

  const std::unique_ptr<ByteSource> packed_;
  const DeflateFormat format_;
  std::unique_ptr<z_stream_s> stream_;
  std::vector<char> input_;
  bool ended_ = false;
};

}  // namespace tarn::unpacking
