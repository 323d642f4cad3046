#include "services/query/functions/code_points.h"

#include <cstdint>

namespace tarn::query {

std::u32string Decode(std::string_view text) {
  std::u32string points;
  points.reserve(text.size());
  for (size_t i = 0; i < text.size();) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const size_t length = byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
    char32_t point = length == 1 ? byte : byte & (0x7Fu >> length);
    for (size_t j = 1; j < length && i + j < text.size(); ++j)
      point = (point << 6) | (static_cast<unsigned char>(text[i + j]) & 0x3F);
    points += point;
    i += length;
  }
  return points;
}

void Append(std::string& text, char32_t point) {
  const auto byte = [&](uint32_t value) { text += static_cast<char>(value); };
  if (point < 0x80) return byte(point);
  if (point < 0x800) return byte(0xC0 | (point >> 6)), byte(0x80 | (point & 0x3F));
  if (point < 0x10000)
    return byte(0xE0 | (point >> 12)), byte(0x80 | ((point >> 6) & 0x3F)), byte(0x80 | (point & 0x3F));
  byte(0xF0 | (point >> 18)), byte(0x80 | ((point >> 12) & 0x3F)), byte(0x80 | ((point >> 6) & 0x3F)),
      byte(0x80 | (point & 0x3F));
}

std::string Encode(std::u32string_view points) {
  std::string text;
  for (const char32_t point : points) Append(text, point);
  return text;
}

bool IsBlank(char32_t point) {
  return (point >= 9 && point <= 13) || (point >= 0x1C && point <= 0x20) || point == 0x1680 ||
         (point >= 0x2000 && point <= 0x200A && point != 0x2007) || point == 0x2028 || point == 0x2029 ||
         point == 0x205F || point == 0x3000;
}

}  // namespace tarn::query
