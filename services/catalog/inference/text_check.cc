#include "services/catalog/inference/text_check.h"

#include <algorithm>

namespace tarn::catalog {
namespace {

using inference::Encoding;
using inference::TextSample;

}  // namespace

std::string ReaderEncoding(const TextSample& sample) {
  switch (sample.encoding.encoding) {
    case Encoding::kUtf8:
      return sample.encoding.invalid_bytes == 0 ? "utf-8" : "";
    case Encoding::kUtf16Le:
      return "utf-16";
    case Encoding::kLatin1:
      return "latin-1";
    case Encoding::kUtf16Be:
    case Encoding::kWindows1252:
      break;
  }
  return "";
}

int64_t EstimateRows(int64_t rows, const TextSample& sample) {
  uint64_t looked_at = 0;
  for (const auto& [offset, length] : sample.Report().ranges) looked_at += length;
  const bool packed = sample.codec != unpacking::Codec::kNone;
  const double all = packed ? static_cast<double>(looked_at) * static_cast<double>(sample.file_bytes) /
                                  static_cast<double>(std::max<uint64_t>(sample.read_bytes, 1))
                            : static_cast<double>(sample.file_bytes);
  return static_cast<int64_t>(static_cast<double>(rows) * all /
                              static_cast<double>(std::max<uint64_t>(looked_at, 1)));
}

}  // namespace tarn::catalog
