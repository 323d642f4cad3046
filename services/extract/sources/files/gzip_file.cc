#include "services/extract/sources/files/gzip_file.h"

#include <zlib.h>

#include <fstream>
#include <new>
#include <string>

namespace tarn::extract::files {
namespace {

constexpr int kGzip = 16;  // added to the window size: zlib reads gzip instead of its own format
constexpr size_t kPieceBytes = 256 * 1024;

class Inflater {
 public:
  Inflater(uint64_t max_bytes, const std::function<Status(std::string_view)>& take)
      : left_(max_bytes), take_(take), out_(kPieceBytes, '\0') {
    if (inflateInit2(&stream_, MAX_WBITS + kGzip) != Z_OK) throw std::bad_alloc();
  }
  ~Inflater() { inflateEnd(&stream_); }

  Status Take(std::string_view packed) {
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
    stream_.avail_in = static_cast<uInt>(packed.size());
    do {
      if (status_ == Z_STREAM_END) {
        if (stream_.avail_in == 0) return Ok();
        inflateReset(&stream_);  // another member follows
      }
      stream_.next_out = reinterpret_cast<Bytef*>(out_.data());
      stream_.avail_out = static_cast<uInt>(out_.size());
      status_ = inflate(&stream_, Z_NO_FLUSH);
      if (status_ != Z_OK && status_ != Z_STREAM_END && status_ != Z_BUF_ERROR) {
        return Error(Code::kUnprocessable, "the gzip data is broken");
      }
      const size_t count = out_.size() - stream_.avail_out;
      if (count > left_) return Error(Code::kTooLarge, "the unpacked content is larger than max_file_bytes allows");
      left_ -= count;
      if (count > 0) TARN_TRY(take_(std::string_view(out_).substr(0, count)));
    } while (stream_.avail_in > 0 || stream_.avail_out == 0);
    return Ok();
  }

  Status Finish() const {
    return status_ == Z_STREAM_END ? Ok() : Status(Error(Code::kUnprocessable, "the gzip data is cut off"));
  }

 private:
  uint64_t left_;
  const std::function<Status(std::string_view)>& take_;
  std::string out_;
  z_stream stream_{};
  int status_ = Z_OK;
};

}  // namespace

Status GunzipFile(const std::filesystem::path& file, uint64_t max_bytes, const std::stop_token& cancelled,
                  const std::function<Status(std::string_view)>& take) {
  std::ifstream in(file, std::ios::binary);
  Inflater inflater(max_bytes, take);
  std::string piece(kPieceBytes, '\0');
  while (in.read(piece.data(), static_cast<std::streamsize>(piece.size())) || in.gcount() > 0) {
    if (cancelled.stop_requested()) return Error(Code::kCancelled, "the run was cancelled");
    TARN_TRY(inflater.Take(std::string_view(piece).substr(0, static_cast<size_t>(in.gcount()))));
  }
  if (!in.eof()) return Error(Code::kInternal, "a file of the run's scratch directory cannot be read");
  return inflater.Finish();
}

}  // namespace tarn::extract::files
