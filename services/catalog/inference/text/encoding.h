#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/result/result.h"
#include "services/catalog/inference/evidence/evidence.h"

namespace tarn::inference {

enum class Encoding { kUtf8, kUtf16Le, kUtf16Be, kLatin1, kWindows1252 };
/// "utf-8", "utf-16le", "utf-16be", "iso-8859-1", "windows-1252".
const char* EncodingName(Encoding encoding);

struct EncodingVerdict {
  Encoding encoding = Encoding::kUtf8;
  size_t bom_bytes = 0;        ///< length of the byte order mark at the start
  uint64_t invalid_bytes = 0;  ///< that are not text in this encoding
  Decision decision;
};

/// Tells how text is encoded from its first bytes: a byte order mark, else where its zero bytes stand (UTF-16
/// without a mark), else whether it is UTF-8, else Windows-1252 if it uses the bytes 0x80 to 0x9F, which
/// Latin-1 has no letters for. Errors: kUnprocessable for what is no text.
Result<EncodingVerdict> DetectEncoding(std::string_view bytes);

/// Returns `bytes` (without byte order mark) as UTF-8; what is no character becomes U+FFFD.
std::string ToUtf8(std::string bytes, Encoding encoding);

/// Returns how many bytes the text `utf8` takes in `encoding`: what turns an offset in converted text into
/// one in the file.
uint64_t EncodedBytes(std::string_view utf8, Encoding encoding);

}  // namespace tarn::inference
