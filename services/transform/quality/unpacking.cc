#include "services/transform/quality/unpacking.h"

#include <fstream>
#include <functional>
#include <memory>
#include <string>

#include "common/compression/gunzip_stream.h"
#include "common/compression/unzstd_stream.h"

namespace tarn::transform {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr size_t kPieceBytes = 256 * 1024;

// Takes unpacked pieces. The first bytes wait until it is clear whether they are a byte order mark.
class Writer {
 public:
  Writer(const std::filesystem::path& to, uint64_t max_bytes)
      : out_(to, std::ios::binary | std::ios::trunc), max_bytes_(max_bytes) {}

  Status Take(std::string_view piece) {
    written_ += piece.size();
    if (written_ > max_bytes_) return Error(Code::kTooLarge, "");
    if (begun_) return Put(piece);
    first_ += piece;
    return first_.size() < kByteOrderMark.size() ? Ok() : Begin();
  }

  Status Finish() {
    if (!begun_) TARN_TRY(Begin());
    out_.close();
    return out_ ? Ok() : Full();
  }

 private:
  Status Begin() {
    begun_ = true;
    const std::string_view first = first_;
    return Put(first.starts_with(kByteOrderMark) ? first.substr(kByteOrderMark.size()) : first);
  }

  Status Put(std::string_view piece) {
    out_.write(piece.data(), static_cast<std::streamsize>(piece.size()));
    return out_ ? Ok() : Full();
  }

  static Status Full() {
    return Error(Code::kUnavailable, "an object cannot be unpacked: the disk takes no more");
  }

  std::ofstream out_;
  const uint64_t max_bytes_;
  uint64_t written_ = 0;
  std::string first_;
  bool begun_ = false;
};

// No packing at all, with the interface of the streams that unpack.
struct PlainStream {
  Status Unpack(std::string_view piece, const std::function<Status(std::string_view)>& take) {
    return take(piece);
  }
  bool AtEnd() const { return true; }
};

template <class Stream>
Result<std::optional<Fault>> Unpack(std::istream& packed, Stream stream, const char* kind, Writer& writer,
                                    uint64_t max_bytes) {
  std::string piece(kPieceBytes, '\0');
  uint64_t offset = 0;
  while (packed) {
    packed.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    const auto size = static_cast<size_t>(packed.gcount());
    const Status unpacked = stream->Unpack(std::string_view(piece).substr(0, size),
                                           [&writer](std::string_view plain) { return writer.Take(plain); });
    if (!unpacked.ok()) {
      const Code code = unpacked.error().code();
      if (code == Code::kTooLarge)
        return std::optional(Fault{"unpacks to more than " + std::to_string(max_bytes) + " bytes", offset});
      if (code == Code::kUnprocessable)
        return std::optional(Fault{"the " + std::string(kind) + " data is broken", offset});
      return unpacked.error();
    }
    offset += size;
  }
  if (offset == 0 || !stream->AtEnd())
    return std::optional(Fault{"the " + std::string(kind) + " data is cut off", offset});
  TARN_TRY(writer.Finish());
  return std::optional<Fault>();
}

}  // namespace

Compression PackingOf(const Input& input, std::string_view key) {
  if (input.format == Format::kParquet) return Compression::kNone;
  if (input.compression != Compression::kAuto) return input.compression;
  if (key.ends_with(".gz")) return Compression::kGzip;
  return key.ends_with(".zst") ? Compression::kZstd : Compression::kNone;
}

bool HasByteOrderMark(const std::filesystem::path& file) {
  std::ifstream content(file, std::ios::binary);
  char first[3] = {};
  content.read(first, sizeof first);
  return std::string_view(first, sizeof first) == kByteOrderMark;
}

Result<std::optional<Fault>> UnpackInput(const std::filesystem::path& packed, Compression packing,
                                         const std::filesystem::path& to, uint64_t max_bytes) {
  std::ifstream content(packed, std::ios::binary);
  if (!content) return Error(Code::kInternal, "an input file cannot be read");
  Writer writer(to, max_bytes);
  if (packing == Compression::kGzip) {
    return Unpack(content, std::make_unique<compression::GunzipStream>(), "gzip", writer, max_bytes);
  }
  if (packing == Compression::kZstd) {
    return Unpack(content, std::make_unique<compression::UnzstdStream>(), "zstd", writer, max_bytes);
  }
  return Unpack(content, std::make_unique<PlainStream>(), "plain", writer, max_bytes);
}

}  // namespace tarn::transform
