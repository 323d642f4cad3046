#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "common/result/result.h"

struct z_stream_s;

namespace tarn::compression {

/// Unpacks gzip (RFC 1952, also of several members) as it arrives, in pieces of a bounded size, and checks
/// the length and the CRC of each member. One thread at a time.
class GunzipStream {
 public:
  GunzipStream();
  ~GunzipStream();
  GunzipStream(const GunzipStream&) = delete;
  GunzipStream& operator=(const GunzipStream&) = delete;

  /// Hands what `packed` (less than 4 GiB) holds to `take`. Errors: kUnprocessable for what is no gzip or
  /// fails its check, and those of `take`, which ends it.
  Status Unpack(std::string_view packed, const std::function<Status(std::string_view)>& take);

  /// Whether the stream may end here: behind a member, or before the first.
  bool AtEnd() const { return at_end_; }

 private:
  std::unique_ptr<z_stream_s> stream_;
  bool at_end_ = true;
};

}  // namespace tarn::compression
