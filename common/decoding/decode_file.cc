#include "common/decoding/decode_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>

#include "common/decoding/encoding.h"
#include "common/decoding/line_cut.h"
#include "common/decoding/utf8_source.h"
#include "common/unpacking/codec.h"

namespace tarn::decoding {
namespace {

constexpr size_t kReadBytes = 256 << 10;
// The lines that are cut off must stand in these last bytes.
constexpr uint64_t kMaxFooterBytes = 1 << 20;

Error DiskError() {
  if (errno == ENOSPC || errno == EDQUOT)
    return Error(Code::kResourceExhausted, "the disk is full: a file could not be decoded");
  return Error(Code::kUnavailable, "a decoded file could not be written");
}

class Output {
 public:
  explicit Output(const std::filesystem::path& path)
      : descriptor_(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600)) {}
  ~Output() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  Status Opened() const { return descriptor_ >= 0 ? Ok() : Status(DiskError()); }
  uint64_t size_bytes() const { return size_bytes_; }

  Status Write(std::string_view text) {
    while (!text.empty()) {
      const ssize_t written = ::write(descriptor_, text.data(), text.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return DiskError();
      text.remove_prefix(static_cast<size_t>(written));
      size_bytes_ += static_cast<uint64_t>(written);
    }
    return Ok();
  }

  Status CutLines(int64_t lines) {
    std::string tail(static_cast<size_t>(std::min(size_bytes_, kMaxFooterBytes)), '\0');
    const uint64_t from = size_bytes_ - tail.size();
    for (size_t filled = 0; filled < tail.size();) {
      const ssize_t got =
          ::pread(descriptor_, tail.data() + filled, tail.size() - filled, static_cast<off_t>(from + filled));
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) return DiskError();
      filled += static_cast<size_t>(got);
    }
    const auto cut = FindLastLines(tail, lines, from == 0);
    if (!cut) return Error(Code::kUnprocessable, "the notes at the end of the file are longer than 1 MiB");
    size_bytes_ = from + *cut;
    return ::ftruncate(descriptor_, static_cast<off_t>(size_bytes_)) == 0 ? Ok() : Status(DiskError());
  }

 private:
  const int descriptor_;
  uint64_t size_bytes_ = 0;
};

Status CopyText(unpacking::ByteSource& text, uint64_t max_bytes, Output& output, std::stop_token cancelled) {
  std::string bytes(kReadBytes, '\0');
  while (true) {
    if (cancelled.stop_requested()) return Error(Code::kCancelled, "decoding a file was stopped");
    TARN_ASSIGN(const size_t got, text.Read(bytes.data(), bytes.size()));
    if (got == 0) return Ok();
    TARN_TRY(output.Write(std::string_view(bytes).substr(0, got)));
    if (output.size_bytes() > max_bytes) {
      return Error(Code::kUnprocessable,
                   "decoded, the file is larger than the limit; store it as gzip, zstd or plain "
                   "UTF-8 text without notes at its end; the limit in MiB is " +
                       std::to_string(max_bytes >> 20));
    }
  }
}

Result<unpacking::Codec> CodecNamed(const std::string& name) {
  using unpacking::Codec;
  if (name.empty()) return Codec::kNone;
  for (const Codec codec : {Codec::kNone, Codec::kGzip, Codec::kZstd, Codec::kBzip2, Codec::kZip}) {
    if (name == unpacking::CodecName(codec)) return codec;
  }
  return Error(Code::kInvalidArgument, "unknown compression: " + name);
}

}  // namespace

Result<uint64_t> DecodeFile(const std::filesystem::path& from, const Decoding& decoding,
                            const std::filesystem::path& to, uint64_t max_bytes, std::stop_token cancelled) {
  const auto encoding = decoding.encoding.empty() ? Encoding::kUtf8 : EncodingNamed(decoding.encoding);
  if (!encoding) return Error(Code::kInvalidArgument, "unknown encoding: " + decoding.encoding);
  TARN_ASSIGN(const unpacking::Codec codec, CodecNamed(decoding.compression));
  TARN_ASSIGN(const auto file, unpacking::File::Open(from));
  TARN_ASSIGN(auto source, unpacking::OpenDecoded(*file, codec, cancelled));
  Utf8Source text(std::move(source), *encoding);
  Output output(to);
  TARN_TRY(output.Opened());
  TARN_TRY(CopyText(text, max_bytes, output, std::move(cancelled)));
  if (decoding.footer_lines > 0) TARN_TRY(output.CutLines(decoding.footer_lines));
  return output.size_bytes();
}

}  // namespace tarn::decoding
