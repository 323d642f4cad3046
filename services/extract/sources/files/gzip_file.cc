#include "services/extract/sources/files/gzip_file.h"

#include <fstream>
#include <string>

#include "common/compression/gunzip_stream.h"

namespace tarn::extract::files {
namespace {

constexpr size_t kPieceBytes = 256 * 1024;

}  // namespace

Status GunzipFile(const std::filesystem::path& file, uint64_t max_bytes, const std::stop_token& cancelled,
                  const std::function<Status(std::string_view)>& take) {
  std::ifstream in(file, std::ios::binary);
  compression::GunzipStream stream;
  uint64_t left = max_bytes;
  const auto bounded = [&](std::string_view unpacked) -> Status {
    if (unpacked.size() > left) {
      return Error(Code::kTooLarge, "the unpacked content is larger than max_file_bytes allows");
    }
    left -= unpacked.size();
    return take(unpacked);
  };
  std::string piece(kPieceBytes, '\0');
  uint64_t read = 0;
  while (in.read(piece.data(), static_cast<std::streamsize>(piece.size())) || in.gcount() > 0) {
    if (cancelled.stop_requested()) return Error(Code::kCancelled, "the run was cancelled");
    read += static_cast<uint64_t>(in.gcount());
    TARN_TRY(stream.Unpack(std::string_view(piece).substr(0, static_cast<size_t>(in.gcount())), bounded));
  }
  if (!in.eof()) return Error(Code::kInternal, "a file of the run's scratch directory cannot be read");
  return read > 0 && stream.AtEnd() ? Ok() : Status(Error(Code::kUnprocessable, "the gzip data is cut off"));
}

}  // namespace tarn::extract::files
