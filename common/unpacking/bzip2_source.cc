#include "common/unpacking/bzip2_source.h"

#include <bzlib.h>

#include <algorithm>

namespace tarn::unpacking {
namespace {

constexpr size_t kInputBytes = 64 << 10;

}  // namespace

struct Bzip2Source::Stream {
  bz_stream state{};

  Stream() { BZ2_bzDecompressInit(&state, 0, 0); }
  ~Stream() { BZ2_bzDecompressEnd(&state); }
};

Bzip2Source::Bzip2Source(std::unique_ptr<ByteSource> packed)
    : packed_(std::move(packed)), stream_(std::make_unique<Stream>()), input_(kInputBytes) {}

Bzip2Source::~Bzip2Source() = default;

Result<bool> Bzip2Source::Refill() {
  bz_stream& state = stream_->state;
  if (state.avail_in > 0) return true;
  TARN_ASSIGN(const size_t got, packed_->Read(input_.data(), input_.size()));
  state.next_in = input_.data();
  state.avail_in = static_cast<unsigned>(got);
  return got > 0;
}

Result<size_t> Bzip2Source::Read(char* into, size_t size) {
  size = std::min<size_t>(size, 1 << 30);
  size_t filled = 0;
  while (!ended_ && filled < size) {
    TARN_ASSIGN(const bool more, Refill());
    if (!more)
      return Error(Code::kUnprocessable, "the compressed data ends in the middle: the file is truncated");
    bz_stream& state = stream_->state;
    state.next_out = into + filled;
    state.avail_out = static_cast<unsigned>(size - filled);
    const int answer = BZ2_bzDecompress(&state);
    filled = size - state.avail_out;
    if (answer == BZ_STREAM_END) {
      TARN_ASSIGN(const bool next, Refill());
      ended_ = !next || *state.next_in != 'B';
      if (ended_) break;
      auto following = std::make_unique<Stream>();
      following->state.next_in = state.next_in;
      following->state.avail_in = state.avail_in;
      stream_ = std::move(following);
    } else if (answer != BZ_OK) {
      return Error(Code::kUnprocessable, "the compressed data is damaged");
    }
  }
  return filled;
}

}  // namespace tarn::unpacking
