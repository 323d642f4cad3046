#include "common/decoding/encoding.h"

#include <array>

#include "common/decoding/utf8.h"
#include "common/text/utf8.h"

namespace tarn::decoding {
namespace {

// What Windows-1252 has at 0x80 to 0x9F; 0 where it has nothing (WHATWG Encoding Standard).
constexpr std::array<uint16_t, 32> kWindowsLetters = {
    0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017d, 0,      0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
    0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,      0x017e, 0x0178};

uint16_t Unit(std::string_view bytes, size_t at, Encoding encoding) {
  const auto first = static_cast<unsigned char>(bytes[at]),
             second = static_cast<unsigned char>(bytes[at + 1]);
  return static_cast<uint16_t>(encoding == Encoding::kUtf16Le ? second << 8 | first : first << 8 | second);
}

uint32_t SingleByteLetter(unsigned char byte, Encoding encoding) {
  if (encoding != Encoding::kWindows1252 || byte < 0x80 || byte > 0x9f) return byte;
  const uint16_t letter = kWindowsLetters[byte - 0x80];
  return letter == 0 ? 0xfffd : letter;
}

std::string FromUtf16(std::string_view bytes, Encoding encoding) {
  std::string text;
  text.reserve(bytes.size() / 2 + bytes.size() / 8);
  for (size_t at = 0; at + 1 < bytes.size(); at += 2) {
    const uint32_t unit = Unit(bytes, at, encoding);
    const bool high = unit >= 0xd800 && unit < 0xdc00;
    const uint32_t next = high && at + 3 < bytes.size() ? Unit(bytes, at + 2, encoding) : 0;
    if (next >= 0xdc00 && next < 0xe000) {
      text::AppendUtf8(text, 0x10000 + ((unit - 0xd800) << 10) + (next - 0xdc00));
      at += 2;
    } else {
      text::AppendUtf8(text, unit >= 0xd800 && unit < 0xe000 ? 0xfffd : unit);
    }
  }
  return text;
}

}  // namespace

const char* EncodingName(Encoding encoding) {
  switch (encoding) {
    case Encoding::kUtf8:
      return "utf-8";
    case Encoding::kUtf16Le:
      return "utf-16le";
    case Encoding::kUtf16Be:
      return "utf-16be";
    case Encoding::kLatin1:
      return "iso-8859-1";
    case Encoding::kWindows1252:
      return "windows-1252";
  }
  return "utf-8";
}

std::optional<Encoding> EncodingNamed(std::string_view name) {
  for (const Encoding encoding :
       {Encoding::kUtf8, Encoding::kUtf16Le, Encoding::kUtf16Be, Encoding::kLatin1, Encoding::kWindows1252}) {
    if (name == EncodingName(encoding)) return encoding;
  }
  return std::nullopt;
}

Encoding JsonEncoding(std::string_view first_bytes) {
  if (first_bytes.size() < 2) return Encoding::kUtf8;
  const bool first = first_bytes[0] != 0, second = first_bytes[1] != 0;
  if (first_bytes.starts_with("\xff\xfe") || (first && !second)) return Encoding::kUtf16Le;
  if (first_bytes.starts_with("\xfe\xff") || (!first && second)) return Encoding::kUtf16Be;
  return Encoding::kUtf8;
}

std::string ToUtf8(std::string bytes, Encoding encoding) {
  switch (encoding) {
    case Encoding::kUtf8:
      return RepairUtf8(std::move(bytes));
    case Encoding::kUtf16Le:
    case Encoding::kUtf16Be:
      return FromUtf16(bytes, encoding);
    case Encoding::kLatin1:
    case Encoding::kWindows1252:
      break;
  }
  std::string text;
  text.reserve(bytes.size() + bytes.size() / 8);
  for (const char byte : bytes)
    text::AppendUtf8(text, SingleByteLetter(static_cast<unsigned char>(byte), encoding));
  return text;
}

uint64_t EncodedBytes(std::string_view utf8, Encoding encoding) {
  if (encoding == Encoding::kUtf8) return utf8.size();
  uint64_t characters = 0, pairs = 0;
  for (const char c : utf8) {
    const auto byte = static_cast<unsigned char>(c);
    characters += (byte & 0xc0) != 0x80;
    pairs += byte >= 0xf0;
  }
  const bool wide = encoding == Encoding::kUtf16Le || encoding == Encoding::kUtf16Be;
  return wide ? 2 * (characters + pairs) : characters;
}

}  // namespace tarn::decoding
