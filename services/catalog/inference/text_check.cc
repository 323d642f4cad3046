#include "services/catalog/inference/text_check.h"

#include <algorithm>

namespace tarn::catalog {
namespace {

using inference::Codec;
using inference::Encoding;
using inference::TextSample;

Error Unreadable(std::string what) { return Error(Code::kUnprocessable, std::move(what)); }

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

Status CheckText(const TextSample& sample, const std::filesystem::path& file) {
  const Codec codec = sample.codec;
  if (codec == Codec::kBzip2 || codec == Codec::kZip)
    return Unreadable(std::string("queries cannot read this compression; use gzip or zstd instead of ") +
                      CodecName(codec));
  const char* suffix = codec == Codec::kGzip ? ".gz" : ".zst";
  if (codec != Codec::kNone && file.extension() != suffix)
    return Unreadable(std::string("the file is compressed: its name must end with ") + suffix);
  if (ReaderEncoding(sample).empty()) {
    const bool damaged = sample.encoding.encoding == Encoding::kUtf8;
    return Unreadable(
        damaged ? "some bytes are not valid unicode (UTF-8)"
                : std::string("queries read UTF-8, UTF-16 (little endian) and Latin-1; convert the text "
                              "to UTF-8 from ") +
                      EncodingName(sample.encoding.encoding));
  }
  return Ok();
}

int64_t EstimateRows(int64_t rows, const TextSample& sample) {
  uint64_t looked_at = 0;
  for (const auto& [offset, length] : sample.Report().ranges) looked_at += length;
  const bool packed = sample.codec != Codec::kNone;
  const double all = packed ? static_cast<double>(looked_at) * static_cast<double>(sample.file_bytes) /
                                  static_cast<double>(std::max<uint64_t>(sample.read_bytes, 1))
                            : static_cast<double>(sample.file_bytes);
  return static_cast<int64_t>(static_cast<double>(rows) * all /
                              static_cast<double>(std::max<uint64_t>(looked_at, 1)));
}

}  // namespace tarn::catalog
