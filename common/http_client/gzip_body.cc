#include "common/http_client/gzip_body.h"

#include <array>
#include <new>

namespace tarn::http_client {
namespace {

constexpr int kGzip = 16;  // added to the window size: zlib reads gzip instead of its own format

}  // namespace

GzipBody::GzipBody() {
  if (inflateInit2(&stream_, MAX_WBITS + kGzip) != Z_OK) throw std::bad_alloc();
}

GzipBody::~GzipBody() { inflateEnd(&stream_); }

GzipBody::Taken GzipBody::Unpack(std::string_view packed, const std::function<bool(std::string_view)>& take) {
  std::array<char, 64 * 1024> piece;
  stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream_.avail_in = static_cast<uInt>(packed.size());  // libcurl hands on 16 KiB at most
  for (;;) {
    if (at_end_) {
      if (stream_.avail_in == 0) return Taken::kAll;
      inflateReset(&stream_);  // another member follows
      at_end_ = false;
    }
    stream_.next_out = reinterpret_cast<Bytef*>(piece.data());
    stream_.avail_out = static_cast<uInt>(piece.size());
    const int status = inflate(&stream_, Z_NO_FLUSH);
    if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR) return Taken::kBroken;
    const size_t size = piece.size() - stream_.avail_out;
    if (size > 0 && !take(std::string_view(piece.data(), size))) return Taken::kRefused;
    at_end_ = status == Z_STREAM_END;
    if (!at_end_ && stream_.avail_in == 0 && stream_.avail_out > 0) return Taken::kAll;
  }
}

}  // namespace tarn::http_client
