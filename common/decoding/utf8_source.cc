#include "common/decoding/utf8_source.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "common/unpacking/codec.h"

namespace tarn::decoding {
namespace {

constexpr size_t kReadBytes = 256 << 10;

std::string_view ByteOrderMark(Encoding encoding) {
  switch (encoding) {
    case Encoding::kUtf8:
      return "\xef\xbb\xbf";
    case Encoding::kUtf16Le:
      return "\xff\xfe";
    case Encoding::kUtf16Be:
      return "\xfe\xff";
    case Encoding::kLatin1:
    case Encoding::kWindows1252:
      break;
  }
  return "";
}

// Of these bytes so many are whole characters; what is left begins one that goes on behind them.
size_t WholeCharacters(std::string_view bytes, Encoding encoding) {
  if (encoding != Encoding::kUtf16Le && encoding != Encoding::kUtf16Be) return bytes.size();
  const size_t whole = bytes.size() & ~size_t{1};
  if (whole == 0) return 0;
  const auto high = static_cast<unsigned char>(bytes[encoding == Encoding::kUtf16Le ? whole - 1 : whole - 2]);
  return high >= 0xd8 && high < 0xdc ? whole - 2 : whole;
}

}  // namespace

void Utf8Source::SkipByteOrderMark() {
  const std::string_view mark = ByteOrderMark(encoding_);
  if (bytes_.starts_with(mark)) bytes_.erase(0, mark.size());
}

// Reads and converts the next part.
Status Utf8Source::Refill() {
  size_t filled = bytes_.size();
  const size_t wanted = filled + kReadBytes;
  bytes_.resize(wanted);
  while (filled < wanted && !ended_) {
    TARN_ASSIGN(const size_t got, source_->Read(bytes_.data() + filled, wanted - filled));
    filled += got;
    ended_ = got == 0;
  }
  bytes_.resize(filled);
  if (!std::exchange(begun_, true)) {
    // Else one file could be unpacked again and again, and readers would take what is packed for text.
    if (unpacking::DetectCodec(bytes_) != unpacking::Codec::kNone)
      return Error(Code::kUnprocessable, "the file is packed more than once: pack its text once");
    SkipByteOrderMark();
  }
  const size_t whole = ended_ ? bytes_.size() : WholeCharacters(bytes_, encoding_);
  text_ = bytes_.substr(0, whole);
  if (encoding_ != Encoding::kUtf8) text_ = ToUtf8(std::move(text_), encoding_);
  bytes_.erase(0, whole);
  taken_ = 0;
  return Ok();
}

Result<size_t> Utf8Source::Read(char* into, size_t size) {
  while (taken_ == text_.size() && !ended_) TARN_TRY(Refill());
  const size_t got = std::min(size, text_.size() - taken_);
  text_.copy(into, got, taken_);
  taken_ += got;
  return got;
}

}  // namespace tarn::decoding
