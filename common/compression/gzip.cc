#include "common/compression/gzip.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace tarn::compression {
namespace {

constexpr int kGzip = 16;  // added to the window size: zlib reads and writes gzip instead of its own format
constexpr size_t kMaxInput = 1 << 30;  // zlib counts with 32 bits

Bytef* BytesOf(std::string_view text) { return reinterpret_cast<Bytef*>(const_cast<char*>(text.data())); }

class Inflater {
 public:
  Inflater() {
    if (inflateInit2(&stream_, MAX_WBITS + kGzip) != Z_OK) throw std::bad_alloc();
  }
  ~Inflater() { inflateEnd(&stream_); }
  z_stream& stream() { return stream_; }

 private:
  z_stream stream_{};
};

}  // namespace

std::string Gzip(std::string_view content) {
  z_stream stream{};
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, MAX_WBITS + kGzip, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::bad_alloc();
  }
  std::string out;
  std::array<char, 64 * 1024> buffer;
  int status = Z_OK;
  while (status != Z_STREAM_END) {
    if (stream.avail_in == 0 && !content.empty()) {
      const std::string_view piece = content.substr(0, kMaxInput);
      content.remove_prefix(piece.size());
      stream.next_in = BytesOf(piece);
      stream.avail_in = static_cast<uInt>(piece.size());
    }
    stream.next_out = reinterpret_cast<Bytef*>(buffer.data());
    stream.avail_out = buffer.size();
    status = deflate(&stream, content.empty() ? Z_FINISH : Z_NO_FLUSH);
    out.append(buffer.data(), buffer.size() - stream.avail_out);
  }
  deflateEnd(&stream);
  return out;
}

Result<std::string> Gunzip(std::string_view compressed, size_t max_bytes) {
  Inflater inflater;
  z_stream& stream = inflater.stream();
  std::string out;
  std::array<char, 64 * 1024> buffer;
  int status = Z_OK;
  for (;;) {
    if (stream.avail_in == 0) {
      if (compressed.empty()) break;
      const std::string_view piece = compressed.substr(0, kMaxInput);
      compressed.remove_prefix(piece.size());
      stream.next_in = BytesOf(piece);
      stream.avail_in = static_cast<uInt>(piece.size());
    }
    if (status == Z_STREAM_END) inflateReset(&stream);  // another member follows
    stream.next_out = reinterpret_cast<Bytef*>(buffer.data());
    stream.avail_out = buffer.size();
    status = inflate(&stream, Z_NO_FLUSH);
    if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR) {
      return Error(Code::kUnprocessable, "the gzip data is broken");
    }
    out.append(buffer.data(), buffer.size() - stream.avail_out);
    if (out.size() > max_bytes) return Error(Code::kTooLarge, "the unpacked gzip data is over the limit");
  }
  // What does not fit the buffer stays in the stream when the input has been taken.
  while (status == Z_OK || status == Z_BUF_ERROR) {
    stream.next_out = reinterpret_cast<Bytef*>(buffer.data());
    stream.avail_out = buffer.size();
    status = inflate(&stream, Z_SYNC_FLUSH);
    const size_t written = buffer.size() - stream.avail_out;
    out.append(buffer.data(), written);
    if (out.size() > max_bytes) return Error(Code::kTooLarge, "the unpacked gzip data is over the limit");
    if (status != Z_STREAM_END && written == 0) return Error(Code::kUnprocessable, "the gzip data is cut off");
  }
  return out;
}

bool IsGzip(std::string_view content) { return content.substr(0, 2) == "\x1f\x8b"; }

}  // namespace tarn::compression
