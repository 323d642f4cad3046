#include "services/catalog/inference/text/encoding.h"

#include "common/decoding/utf8.h"

namespace tarn::inference {
namespace {

using decoding::CountUtf8;
using decoding::Utf8Count;

// Of bytes that are no text, more than this share means that the file is none either.
constexpr double kMaxBinaryShare = 0.002;

struct ByteCount {
  uint64_t zeros_even = 0, zeros_odd = 0;
  uint64_t controls = 0;  // besides white space and those that serve as delimiters
  uint64_t high = 0;      // 0x80 to 0x9F
};

bool IsTextControl(unsigned char byte) {
  return (byte >= '\t' && byte <= '\r') || byte == 0x1a || byte == 0x01 || byte == 0x02 ||
         (byte >= 0x1c && byte <= 0x1f);
}

ByteCount CountBytes(std::string_view bytes) {
  ByteCount count;
  for (size_t i = 0; i < bytes.size(); ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    if (byte == 0)
      ++(i % 2 == 0 ? count.zeros_even : count.zeros_odd);
    else if (byte < 0x20 && !IsTextControl(byte))
      ++count.controls;
    else if (byte >= 0x80 && byte <= 0x9f)
      ++count.high;
  }
  return count;
}

uint16_t Unit(std::string_view bytes, size_t at, Encoding encoding) {
  const auto first = static_cast<unsigned char>(bytes[at]),
             second = static_cast<unsigned char>(bytes[at + 1]);
  return static_cast<uint16_t>(encoding == Encoding::kUtf16Le ? second << 8 | first : first << 8 | second);
}

// The share of code units that text may have: no lone surrogates, no control characters.
double Utf16Share(std::string_view bytes, Encoding encoding) {
  uint64_t good = 0, all = 0;
  for (size_t at = 0; at + 1 < bytes.size(); at += 2, ++all) {
    const uint16_t unit = Unit(bytes, at, encoding);
    const bool control = unit < 0x20 && !IsTextControl(static_cast<unsigned char>(unit));
    good += !control && unit != 0xfffe && unit != 0xffff && !(unit >= 0xe000 && unit < 0xf900);
  }
  return all == 0 ? 0 : static_cast<double>(good) / static_cast<double>(all);
}

// Text in UTF-16 has line ends and ASCII punctuation whose zero bytes all stand on one side.
bool LooksUtf16(std::string_view bytes, const ByteCount& count, Encoding encoding) {
  const uint64_t zeros = encoding == Encoding::kUtf16Le ? count.zeros_odd : count.zeros_even;
  const uint64_t others = encoding == Encoding::kUtf16Le ? count.zeros_even : count.zeros_odd;
  return zeros * 50 > bytes.size() && others * 20 < zeros && Utf16Share(bytes, encoding) > 0.99;
}

EncodingVerdict Verdict(Encoding encoding, size_t bom_bytes, double confidence, std::string reason) {
  EncodingVerdict verdict{encoding, bom_bytes, 0, {}};
  verdict.decision = {"encoding", EncodingName(encoding), confidence, {}, std::move(reason)};
  return verdict;
}

EncodingVerdict SingleByte(const ByteCount& count, const Utf8Count& utf8) {
  const bool windows = count.high > 0;
  EncodingVerdict verdict =
      Verdict(windows ? Encoding::kWindows1252 : Encoding::kLatin1, 0, 0.8,
              windows ? "not UTF-8, and uses bytes 0x80 to 0x9F, which are letters in Windows-1252 only"
                      : "not UTF-8, and no byte 0x80 to 0x9F: Latin-1 and Windows-1252 read it alike");
  verdict.decision.alternatives = {
      {"utf-8", 0, std::to_string(utf8.invalid) + " bytes in the sample are not UTF-8"}};
  return verdict;
}

}  // namespace

Result<EncodingVerdict> DetectEncoding(std::string_view bytes) {
  using namespace std::string_view_literals;
  if (bytes.starts_with("\xff\xfe\0\0"sv) || bytes.starts_with("\0\0\xfe\xff"sv))
    return Error(Code::kUnprocessable, "the text is UTF-32, which is not supported: convert it to UTF-8");
  if (bytes.starts_with("\xff\xfe")) return Verdict(Encoding::kUtf16Le, 2, 1, "byte order mark");
  if (bytes.starts_with("\xfe\xff")) return Verdict(Encoding::kUtf16Be, 2, 1, "byte order mark");
  const bool marked = bytes.starts_with("\xef\xbb\xbf");
  const ByteCount count = CountBytes(bytes);
  for (const Encoding encoding : {Encoding::kUtf16Le, Encoding::kUtf16Be}) {
    if (!marked && LooksUtf16(bytes, count, encoding))
      return Verdict(encoding, 0, 0.9, "no byte order mark, but the zero bytes stand where UTF-16 has them");
  }
  const uint64_t binary = count.zeros_even + count.zeros_odd + count.controls;
  if (static_cast<double>(binary) > kMaxBinaryShare * static_cast<double>(bytes.size()) && binary > 0) {
    return Error(
        Code::kUnprocessable,
        "this is binary data, not text: control characters among the first bytes: " + std::to_string(binary));
  }
  const Utf8Count utf8 = CountUtf8(bytes);
  if (marked || utf8.invalid == 0 || utf8.multibyte > utf8.invalid * 10) {
    EncodingVerdict verdict =
        Verdict(Encoding::kUtf8, marked ? 3 : 0, utf8.invalid == 0 ? 1 : 0.7,
                marked                ? "byte order mark"
                : utf8.multibyte == 0 ? "ASCII only, which every encoding reads alike"
                                      : std::to_string(utf8.multibyte) + " characters are well-formed UTF-8");
    verdict.invalid_bytes = utf8.invalid;
    return verdict;
  }
  return SingleByte(count, utf8);
}

}  // namespace tarn::inference
