#include "common/compression/gunzip_stream.h"

#include <zlib.h>

#include <array>
#include <new>

namespace tarn::compression {
namespace {

constexpr int kGzip = 16;  // added to the window size: zlib reads gzip instead of its own format

}  // namespace

GunzipStream::GunzipStream() : stream_(std::make_unique<z_stream_s>()) {
  if (inflateInit2(stream_.get(), MAX_WBITS + kGzip) != Z_OK) throw std::bad_alloc();
}

GunzipStream::~GunzipStream() { inflateEnd(stream_.get()); }

Status GunzipStream::Unpack(std::string_view packed, const std::function<Status(std::string_view)>& take) {
  std::array<char, 64 * 1024> piece;
  stream_->next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream_->avail_in = static_cast<uInt>(packed.size());
  for (;;) {
    if (at_end_) {
      if (stream_->avail_in == 0) return Ok();
      inflateReset(stream_.get());  // another member follows
      at_end_ = false;
    }
    stream_->next_out = reinterpret_cast<Bytef*>(piece.data());
    stream_->avail_out = static_cast<uInt>(piece.size());
    const int status = inflate(stream_.get(), Z_NO_FLUSH);
    if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR) {
      return Error(Code::kUnprocessable, "the gzip data is broken");
    }
    const size_t size = piece.size() - stream_->avail_out;
    if (size > 0) TARN_TRY(take(std::string_view(piece.data(), size)));
    at_end_ = status == Z_STREAM_END;
    if (!at_end_ && stream_->avail_in == 0 && stream_->avail_out > 0) return Ok();
  }
}

}  // namespace tarn::compression
