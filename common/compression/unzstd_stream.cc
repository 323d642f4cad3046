#include "common/compression/unzstd_stream.h"

#include <zstd.h>

#include <array>
#include <new>

namespace tarn::compression {
namespace {

constexpr int kMaxWindowLog = 27;

}  // namespace

UnzstdStream::UnzstdStream() : context_(ZSTD_createDCtx()) {
  if (context_ == nullptr) throw std::bad_alloc();
  ZSTD_DCtx_setParameter(context_, ZSTD_d_windowLogMax, kMaxWindowLog);
}

UnzstdStream::~UnzstdStream() { ZSTD_freeDCtx(context_); }

Status UnzstdStream::Unpack(std::string_view packed, const std::function<Status(std::string_view)>& take) {
  std::array<char, 64 * 1024> piece;
  ZSTD_inBuffer input{packed.data(), packed.size(), 0};
  bool piece_full = false;
  // A full piece may leave more in the context although all input is taken.
  while (input.pos < input.size || piece_full) {
    ZSTD_outBuffer output{piece.data(), piece.size(), 0};
    const size_t answer = ZSTD_decompressStream(context_, &output, &input);
    if (ZSTD_isError(answer)) return Error(Code::kUnprocessable, "the zstd data is broken");
    at_end_ = answer == 0;
    piece_full = output.pos == output.size && !at_end_;
    if (output.pos > 0) TARN_TRY(take(std::string_view(piece.data(), output.pos)));
  }
  return Ok();
}

}  // namespace tarn::compression
