#include "common/unpacking/codec.h"

#include <algorithm>

#include "common/unpacking/bzip2_source.h"
#include "common/unpacking/deflate_source.h"
#include "common/unpacking/zip_archive.h"
#include "common/unpacking/zstd_source.h"

namespace tarn::unpacking {

const char* CodecName(Codec codec) {
  switch (codec) {
    case Codec::kNone:
      return "none";
    case Codec::kGzip:
      return "gzip";
    case Codec::kZstd:
      return "zstd";
    case Codec::kBzip2:
      return "bzip2";
    case Codec::kZip:
      return "zip";
  }
  return "none";
}

Codec DetectCodec(std::string_view first_bytes) {
  if (first_bytes.starts_with("\x1f\x8b")) return Codec::kGzip;
  if (first_bytes.starts_with("\x28\xb5\x2f\xfd")) return Codec::kZstd;
  const bool bzip2 = first_bytes.size() > 9 && first_bytes.starts_with("BZh") && first_bytes[3] >= '1' &&
                     first_bytes[3] <= '9' &&
                     (first_bytes.substr(4, 6) == "\x31\x41\x59\x26\x53\x59" ||
                      first_bytes.substr(4, 6) == "\x17\x72\x45\x38\x50\x90");
  if (bzip2) return Codec::kBzip2;
  if (first_bytes.starts_with("PK\x03\x04") || first_bytes.starts_with("PK\x05\x06")) return Codec::kZip;
  return Codec::kNone;
}

namespace {

// Text of rows packs to a tenth; logs that say the same over and over to a hundredth.
constexpr uint64_t kMaxRatio = 200;
constexpr uint64_t kAnySize = 256 << 20;

// Ends what unpacks to much more than any text does.
class BoundedSource : public ByteSource {
 public:
  BoundedSource(std::unique_ptr<ByteSource> source, uint64_t packed_bytes)
      : source_(std::move(source)), most_(std::max(kAnySize, packed_bytes * kMaxRatio)) {}

  Result<size_t> Read(char* into, size_t size) override {
    TARN_ASSIGN(const size_t got, source_->Read(into, size));
    unpacked_ += got;
    if (unpacked_ <= most_) return got;
    return Error(Code::kUnprocessable, "the file unpacks to more than 200 times its size, over 256 MiB");
  }

 private:
  const std::unique_ptr<ByteSource> source_;
  const uint64_t most_;
  uint64_t unpacked_ = 0;
};

Result<std::unique_ptr<ByteSource>> OpenUnbounded(File& file, Codec codec, std::stop_token cancelled) {
  auto whole = std::make_unique<FileSource>(file, 0, file.size_bytes(), cancelled);
  switch (codec) {
    case Codec::kNone:
      return std::unique_ptr<ByteSource>(std::move(whole));
    case Codec::kGzip:
      return std::unique_ptr<ByteSource>(
          std::make_unique<DeflateSource>(std::move(whole), DeflateFormat::kGzip));
    case Codec::kZstd:
      return std::unique_ptr<ByteSource>(std::make_unique<ZstdSource>(std::move(whole)));
    case Codec::kBzip2:
      return std::unique_ptr<ByteSource>(std::make_unique<Bzip2Source>(std::move(whole)));
    case Codec::kZip:
      return OpenZip(file, std::move(cancelled));
  }
  return Error(Code::kInternal, "unknown codec");
}

}  // namespace

Result<std::unique_ptr<ByteSource>> OpenDecoded(File& file, Codec codec, std::stop_token cancelled) {
  TARN_ASSIGN(auto source, OpenUnbounded(file, codec, std::move(cancelled)));
  if (codec == Codec::kNone) return source;
  return std::unique_ptr<ByteSource>(std::make_unique<BoundedSource>(std::move(source), file.size_bytes()));
}

}  // namespace tarn::unpacking
