#include "common/decoding/utf8.h"

#include "common/text/utf8.h"

namespace tarn::decoding {
namespace {

// How long a character is by its first byte; 0 for bytes that start none.
size_t LengthByLead(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead <= 0xdf) return 2;
  if (lead >= 0xe0 && lead <= 0xef) return 3;
  return lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
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

Utf8Count CountUtf8(std::string_view bytes) {
  Utf8Count count;
  for (size_t at = AsciiRun(bytes, 0); at < bytes.size(); at = AsciiRun(bytes, at)) {
    const std::string_view rest = bytes.substr(at);
    const size_t length = text::Utf8SequenceLength(rest);
    if (length == 0 && rest.size() < 4 && IsCutOff(rest)) break;
    if (length == 0)
      ++count.invalid;
    else
      ++count.multibyte;
    at += length == 0 ? 1 : length;
  }
  return count;
}

std::string RepairUtf8(std::string bytes) {
  if (CountUtf8(bytes).invalid == 0) return bytes;
  std::string repaired;
  for (size_t at = 0; at < bytes.size();) {
    const size_t length = text::Utf8SequenceLength(std::string_view(bytes).substr(at));
    if (length == 0)
      text::AppendUtf8(repaired, 0xfffd);
    else
      repaired.append(bytes, at, length);
    at += length == 0 ? 1 : length;
  }
  return repaired;
}

}  // namespace tarn::decoding
