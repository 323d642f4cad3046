#pragma once

#include <zlib.h>

#include <functional>
#include <string_view>

namespace tarn::http_client {

/// Unpacks a body in gzip (RFC 1952, also of several members) while it arrives, in pieces of a bounded size.
class GzipBody {
 public:
  GzipBody();
  ~GzipBody();
  GzipBody(const GzipBody&) = delete;
  GzipBody& operator=(const GzipBody&) = delete;

  enum class Taken { kAll, kBroken, kRefused };
  /// Hands what `packed` holds to `take`, and ends with kRefused when that returns false; kBroken: it is no
  /// gzip.
  Taken Unpack(std::string_view packed, const std::function<bool(std::string_view)>& take);

  /// Whether the body may end here. An empty one may.
  bool AtEnd() const { return at_end_; }

 private:
  z_stream stream_{};
  bool at_end_ = true;
};

}  // namespace tarn::http_client
