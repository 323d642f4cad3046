#include "services/catalog/inference/decoded_inspection.h"

#include <system_error>

#include "common/decoding/decode_file.h"
#include "common/decoding/encoding.h"
#include "common/unpacking/codec.h"
#include "services/catalog/inference/text_check.h"

namespace tarn::catalog {
namespace {

using decoding::Decoding;
using decoding::Encoding;
using unpacking::Codec;

constexpr size_t kFirstBytes = 4096;
// Without an extension that would say how it is packed.
constexpr const char* kDecodedSuffix = ".txt";

// Removes a file that nobody needs any more.
class ScratchFile {
 public:
  explicit ScratchFile(std::filesystem::path path) : path_(std::move(path)) {}
  ~ScratchFile() {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  const std::filesystem::path path_;
};

// The engine tells compression by the name.
bool EngineUnpacks(Codec codec, const std::filesystem::path& file) {
  const auto extension = file.extension();
  const Codec by_name = extension == ".gz" ? Codec::kGzip : extension == ".zst" ? Codec::kZstd : Codec::kNone;
  return codec == by_name;
}

std::string CompressionName(Codec codec) { return codec == Codec::kNone ? "" : unpacking::CodecName(codec); }

// Of what the engine does not read as it is: at the least its name is wrong.
Decoding Needed(Codec codec, Encoding encoding) {
  Decoding decoding{CompressionName(codec), encoding == Encoding::kUtf8 ? "" : EncodingName(encoding), 0};
  if (decoding.empty()) decoding.compression = unpacking::CodecName(Codec::kNone);
  return decoding;
}

Result<std::string> FirstUnpacked(unpacking::File& file, Codec codec) {
  TARN_ASSIGN(const auto source, unpacking::OpenDecoded(file, codec));
  std::string bytes(kFirstBytes, '\0');
  TARN_ASSIGN(const size_t got, source->Read(bytes.data(), bytes.size()));
  bytes.resize(got);
  return bytes;
}

// Notes at the end and characters of another encoding may show only once the file is unpacked.
Result<Decoding> Combined(Decoding first, const Decoding& then) {
  if (!then.compression.empty() || (!then.encoding.empty() && !first.encoding.empty()))
    return Error(Code::kUnprocessable, "the file is encoded more than once: store its text as UTF-8");
  if (first.encoding.empty()) first.encoding = then.encoding;
  first.footer_lines += then.footer_lines;
  return first;
}

}  // namespace

Result<Decoding> DecodingOf(const inference::TextSample& sample, const std::filesystem::path& file) {
  const Encoding encoding = sample.encoding.encoding;
  if (encoding == Encoding::kUtf8 && sample.encoding.invalid_bytes > 0)
    return Error(Code::kUnprocessable, "some bytes are not valid unicode (UTF-8)");
  const bool known = !ReaderEncoding(sample).empty();
  return known && EngineUnpacks(sample.codec, file) ? Decoding() : Needed(sample.codec, encoding);
}

Decoding WholeDecodingOf(const inference::TextSample& sample) {
  const Encoding encoding = sample.encoding.encoding;
  return {CompressionName(sample.codec), encoding == Encoding::kUtf8 ? "" : EncodingName(encoding), 0};
}

Result<Decoding> JsonDecodingOf(const std::filesystem::path& file) {
  TARN_ASSIGN(const auto opened, unpacking::File::Open(file));
  TARN_ASSIGN(std::string first, opened->ReadAt(0, kFirstBytes));
  const Codec codec = unpacking::DetectCodec(first);
  if (codec != Codec::kNone) {
    TARN_ASSIGN(first, FirstUnpacked(*opened, codec));
  }
  const Encoding encoding = decoding::JsonEncoding(first);
  if (encoding == Encoding::kUtf8 && EngineUnpacks(codec, file)) return Decoding();
  return Needed(codec, encoding);
}

Result<Inspection> InspectDecoded(
    const std::filesystem::path& file, const Decoding& decoding, std::stop_token cancelled,
    const std::function<Result<Inspection>(const std::filesystem::path&)>& inspect) {
  const ScratchFile decoded(file.string() + kDecodedSuffix);
  const auto size =
      decoding::DecodeFile(file, decoding, decoded.path(), decoding::kMaxDecodedBytes, cancelled);
  if (!size.ok()) {
    const bool disk_full = size.error().code() == Code::kResourceExhausted;
    return disk_full ? Error(Code::kUnavailable, size.error().message()) : size.error();
  }
  TARN_ASSIGN(Inspection inspection, inspect(decoded.path()));
  TARN_ASSIGN(inspection.layout.decoding, Combined(decoding, inspection.layout.decoding));
  return inspection;
}

}  // namespace tarn::catalog
