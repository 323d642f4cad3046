#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "common/result/result.h"

// zstd's own; its header stays in unzstd_stream.cc.
struct ZSTD_DCtx_s;

namespace tarn::compression {

/// Unpacks Zstandard frames (RFC 8878, also several) as they arrive, in pieces of a bounded size, and checks
/// them. A window over 128 MiB is refused. One thread at a time.
class UnzstdStream {
 public:
  UnzstdStream();
  ~UnzstdStream();
  UnzstdStream(const UnzstdStream&) = delete;
  UnzstdStream& operator=(const UnzstdStream&) = delete;

  /// Hands what `packed` holds to `take`. Errors: kUnprocessable for what is no Zstandard frame or damaged, and
  /// those of `take`, which ends it.
  Status Unpack(std::string_view packed, const std::function<Status(std::string_view)>& take);

  /// Whether the stream may end here: behind a frame, or before the first.
  bool AtEnd() const { return at_end_; }

 private:
  ZSTD_DCtx_s* const context_;
  bool at_end_ = true;
};

}  // namespace tarn::compression
