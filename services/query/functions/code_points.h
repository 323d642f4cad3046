#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tarn::query {

/// The code points of UTF-8; what is not UTF-8 counts byte by byte.
std::u32string Decode(std::string_view text);
std::string Encode(std::u32string_view points);
void Append(std::string& text, char32_t point);

/// As Java's Character.isWhitespace().
bool IsBlank(char32_t point);

}  // namespace tarn::query
