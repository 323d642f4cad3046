#include "common/unpacking/zstd_source.h"

#include <zstd.h>

namespace tarn::unpacking {
namespace {

constexpr int kMaxWindowLog = 27;

}  // namespace

ZstdSource::ZstdSource(std::unique_ptr<ByteSource> packed)
    : packed_(std::move(packed)), context_(ZSTD_createDCtx()), input_(ZSTD_DStreamInSize()) {
  ZSTD_DCtx_setParameter(context_, ZSTD_d_windowLogMax, kMaxWindowLog);
}

ZstdSource::~ZstdSource() { ZSTD_freeDCtx(context_); }

Result<size_t> ZstdSource::Read(char* into, size_t size) {
  ZSTD_outBuffer output{into, size, 0};
  while (output.pos == 0 && size > 0) {
    if (from_ == filled_) {
      TARN_ASSIGN(filled_, packed_->Read(input_.data(), input_.size()));
      from_ = 0;
    }
    const bool at_end = filled_ == 0;
    if (at_end && frame_complete_) return size_t{0};
    ZSTD_inBuffer input{input_.data(), filled_, from_};
    const size_t answer = ZSTD_decompressStream(context_, &output, &input);
    if (ZSTD_isError(answer)) return Error(Code::kUnprocessable, "the compressed data is damaged");
    from_ = input.pos;
    frame_complete_ = answer == 0;
    if (at_end && output.pos == 0 && !frame_complete_) {
      return Error(Code::kUnprocessable, "the compressed data ends in the middle: the file is truncated");
    }
  }
  return output.pos;
}

}  // namespace tarn::unpacking
