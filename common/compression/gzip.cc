#include "common/compression/gzip.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <new>

#include "common/compression/gunzip_stream.h"

namespace tarn::compression {
namespace {

constexpr int kGzip = 16;              // added to the window size: zlib writes gzip instead of its own format
constexpr size_t kMaxInput = 1 << 30;  // zlib counts with 32 bits

Bytef* BytesOf(std::string_view text) { return reinterpret_cast<Bytef*>(const_cast<char*>(text.data())); }

}  // namespace

std::string Gzip(std::string_view content) {
  z_stream stream{};
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, MAX_WBITS + kGzip, 8, Z_DEFAULT_STRATEGY) !=
      Z_OK) {
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
  std::string out;
  GunzipStream stream;
  const auto append = [&](std::string_view piece) -> Status {
    if (out.size() + piece.size() > max_bytes)
      return Error(Code::kTooLarge, "the unpacked gzip data is over the limit");
    out += piece;
    return Ok();
  };
  if (compressed.empty()) return Error(Code::kUnprocessable, "the gzip data is cut off");
  for (; !compressed.empty(); compressed.remove_prefix(std::min(compressed.size(), kMaxInput))) {
    TARN_TRY(stream.Unpack(compressed.substr(0, kMaxInput), append));
  }
  if (!stream.AtEnd()) return Error(Code::kUnprocessable, "the gzip data is cut off");
  return out;
}

bool IsGzip(std::string_view content) { return content.substr(0, 2) == "\x1f\x8b"; }

}  // namespace tarn::compression
