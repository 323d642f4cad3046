#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tarn::text {

/// The length in bytes, 1 to 4, of the well-formed UTF-8 sequence that `text` starts with; 0 if there is none
/// (Unicode, table 3-7: no overlong forms, no surrogates, nothing over U+10FFFF).
inline size_t Utf8SequenceLength(std::string_view text) {
  const auto byte = [&](size_t i) { return i < text.size() ? static_cast<uint8_t>(text[i]) : uint8_t{0}; };
  const auto continues = [&](size_t i) { return (byte(i) & 0xC0) == 0x80; };
  if (text.empty()) return 0;
  const uint8_t first = byte(0);
  if (first < 0x80) return 1;
  if (first < 0xC2 || first > 0xF4) return 0;
  if (first < 0xE0) return continues(1) ? 2 : 0;
  const uint8_t low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
  const uint8_t high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
  if (byte(1) < low || byte(1) > high || !continues(2)) return 0;
  if (first < 0xF0) return 3;
  return continues(3) ? 4 : 0;
}

/// Whether all of it is well-formed UTF-8.
bool IsUtf8(std::string_view text);

/// Appends the UTF-8 sequence of a code point: at most 0x10FFFF, and no surrogate.
void AppendUtf8(std::string& text, uint32_t code_point);

}  // namespace tarn::text
