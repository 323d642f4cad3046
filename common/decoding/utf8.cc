#include "common/decoding/utf8.h"

namespace tarn::decoding {
namespace {

// How long a character is by its first byte; 0 for bytes that start none.
size_t LengthByLead(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead <= 0xdf) return 2;
  if (lead >= 0xe0 && lead <= 0xef) return 3;
  return lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
}

// The second byte's range keeps overlong forms, surrogates and what is above U+10FFFF out.
bool SecondFits(unsigned char lead, unsigned char second) {
  const unsigned char low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
  const unsigned char high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
  return second >= low && second <= high;
}

// True if `bytes` could be the start of a longer character that the end cuts off.
bool IsCutOff(std::string_view bytes) {
  const size_t length = LengthByLead(static_cast<unsigned char>(bytes[0]));
  if (length <= bytes.size()) return false;
  for (size_t i = 1; i < bytes.size(); ++i) {
    if ((static_cast<unsigned char>(bytes[i]) & 0xc0) != 0x80) return false;
  }
  return true;
}

size_t AsciiRun(std::string_view bytes, size_t from) {
  size_t at = from;
  while (at < bytes.size() && static_cast<unsigned char>(bytes[at]) < 0x80) ++at;
  return at;
}

}  // namespace

size_t Utf8Length(std::string_view bytes) {
  if (bytes.empty()) return 0;
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(bytes[i]); };
  const size_t length = LengthByLead(byte(0));
  if (length == 0 || length > bytes.size()) return 0;
  if (length > 1 && !SecondFits(byte(0), byte(1))) return 0;
  for (size_t i = 2; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
  }
  return length;
}

Utf8Count CountUtf8(std::string_view bytes) {
  Utf8Count count;
  for (size_t at = AsciiRun(bytes, 0); at < bytes.size(); at = AsciiRun(bytes, at)) {
    const std::string_view rest = bytes.substr(at);
    const size_t length = Utf8Length(rest);
    if (length == 0 && rest.size() < 4 && IsCutOff(rest)) break;
    if (length == 0)
      ++count.invalid;
    else
      ++count.multibyte;
    at += length == 0 ? 1 : length;
  }
  return count;
}

void AppendUtf8(uint32_t code_point, std::string& to) {
  const auto tail = [&](int shift) { to += static_cast<char>(0x80 | (code_point >> shift & 0x3f)); };
  if (code_point < 0x80) {
    to += static_cast<char>(code_point);
  } else if (code_point < 0x800) {
    to += static_cast<char>(0xc0 | code_point >> 6);
    tail(0);
  } else if (code_point < 0x10000) {
    to += static_cast<char>(0xe0 | code_point >> 12);
    tail(6);
    tail(0);
  } else {
    to += static_cast<char>(0xf0 | code_point >> 18);
    tail(12);
    tail(6);
    tail(0);
  }
}

std::string RepairUtf8(std::string bytes) {
  if (CountUtf8(bytes).invalid == 0) return bytes;
  std::string repaired;
  for (size_t at = 0; at < bytes.size();) {
    const size_t length = Utf8Length(std::string_view(bytes).substr(at));
    if (length == 0)
      AppendUtf8(0xfffd, repaired);
    else
      repaired.append(bytes, at, length);
    at += length == 0 ? 1 : length;
  }
  return repaired;
}

}  // namespace tarn::decoding
