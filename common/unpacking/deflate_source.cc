#include "common/unpacking/deflate_source.h"

#include <zlib.h>

#include <algorithm>

namespace tarn::unpacking {
namespace {

constexpr size_t kInputBytes = 64 << 10;
constexpr int kGzipWindow = 15 + 16;  // zlib's way to ask for gzip only

}  // namespace

DeflateSource::DeflateSource(std::unique_ptr<ByteSource> packed, DeflateFormat format)
    : packed_(std::move(packed)),
      format_(format),
      stream_(std::make_unique<z_stream_s>()),
      input_(kInputBytes) {
  inflateInit2(stream_.get(), format_ == DeflateFormat::kGzip ? kGzipWindow : -MAX_WBITS);
}

DeflateSource::~DeflateSource() { inflateEnd(stream_.get()); }

Result<bool> DeflateSource::Refill() {
  if (stream_->avail_in > 0) return true;
  TARN_ASSIGN(const size_t got, packed_->Read(input_.data(), input_.size()));
  stream_->next_in = reinterpret_cast<Bytef*>(input_.data());
  stream_->avail_in = static_cast<uInt>(got);
  return got > 0;
}

Result<size_t> DeflateSource::Read(char* into, size_t size) {
  size = std::min<size_t>(size, 1 << 30);
  stream_->next_out = reinterpret_cast<Bytef*>(into);
  stream_->avail_out = static_cast<uInt>(size);
  while (!ended_ && stream_->avail_out > 0) {
    TARN_ASSIGN(const bool more, Refill());
    if (!more)
      return Error(Code::kUnprocessable, "the compressed data ends in the middle: the file is truncated");
    const int answer = inflate(stream_.get(), Z_NO_FLUSH);
    if (answer == Z_STREAM_END) {
      TARN_ASSIGN(const bool next, Refill());
      // Behind the last member some writers pad with zeros; gzip itself ignores that.
      const bool member = next && format_ == DeflateFormat::kGzip && *stream_->next_in == 0x1f;
      ended_ = !member;
      if (member) inflateReset(stream_.get());
    } else if (answer != Z_OK && answer != Z_BUF_ERROR) {
      return Error(Code::kUnprocessable, "the compressed data is damaged");
    }
  }
  return size - stream_->avail_out;
}

}  // namespace tarn::unpacking
