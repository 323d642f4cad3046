#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tarn::decoding {

/// What a look at bytes as UTF-8 (RFC 3629) shows. A character cut off by the end counts as neither.
struct Utf8Count {
  uint64_t multibyte = 0;  ///< well-formed characters of more than one byte
  uint64_t invalid = 0;    ///< bytes that belong to no character
};
Utf8Count CountUtf8(std::string_view bytes);

/// Replaces bytes that belong to no character by U+FFFD. Does not copy clean text.
std::string RepairUtf8(std::string bytes);

}  // namespace tarn::decoding
