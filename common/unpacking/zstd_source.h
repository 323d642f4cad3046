#pragma once

#include <memory>
#include <vector>

#include "common/unpacking/byte_source.h"

// zstd's own; its header stays in zstd_source.cc.
struct ZSTD_DCtx_s;

namespace tarn::unpacking {

/// Unpacks Zstandard frames (RFC 8878). A window over 128 MiB is refused.
class ZstdSource : public ByteSource {
 public:
  explicit ZstdSource(std::unique_ptr<ByteSource> packed);
  ~ZstdSource() override;
  Result<size_t> Read(char* into, size_t size) override;

 private:
  const std::unique_ptr<ByteSource> packed_;
  ZSTD_DCtx_s* const context_;
  std::vector<char> input_;
  size_t from_ = 0;
  size_t filled_ = 0;
  bool frame_complete_ = true;
};

}  // namespace tarn::unpacking
