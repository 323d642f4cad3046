#pragma once

#include <cstdint>
#include <string_view>

#include "common/decoding/encoding.h"
#include "common/result/result.h"
#include "services/catalog/inference/evidence/evidence.h"

namespace tarn::inference {

using decoding::Encoding;
using decoding::EncodingName;

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

}  // namespace tarn::inference
