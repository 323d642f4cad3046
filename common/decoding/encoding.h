#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tarn::decoding {

enum class Encoding { kUtf8, kUtf16Le, kUtf16Be, kLatin1, kWindows1252 };
/// "utf-8", "utf-16le", "utf-16be", "iso-8859-1", "windows-1252".
const char* EncodingName(Encoding encoding);
/// The encoding of such a name; nothing for any other.
std::optional<Encoding> EncodingNamed(std::string_view name);

/// The Unicode encoding of a JSON text by its first bytes: it begins with an ASCII character, whose other
/// byte is zero in UTF-16 (RFC 4627, section 3).
Encoding JsonEncoding(std::string_view first_bytes);

/// Returns `bytes` (without byte order mark) as UTF-8; what is no character becomes U+FFFD.
std::string ToUtf8(std::string bytes, Encoding encoding);

/// Returns how many bytes the text `utf8` takes in `encoding`: what turns an offset in converted text into
/// one in the file.
uint64_t EncodedBytes(std::string_view utf8, Encoding encoding);

}  // namespace tarn::decoding
