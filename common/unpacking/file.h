#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>
#include <utility>

#include "common/result/result.h"
#include "common/unpacking/byte_source.h"

namespace tarn::unpacking {

/// An open regular file that counts what is read of it. One thread.
class File {
 public:
  /// Follows no symbolic link and refuses what is not a regular file. Errors: kNotFound, kUnprocessable.
  static Result<std::unique_ptr<File>> Open(const std::filesystem::path& path);
  ~File();
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  /// The size when it was opened.
  uint64_t size_bytes() const { return size_bytes_; }
  uint64_t read_bytes() const { return read_bytes_; }

  /// Fills up to `size` bytes from `offset`; fewer only at the end of the file. Errors: kUnavailable.
  Result<size_t> ReadAt(uint64_t offset, char* into, size_t size);
  /// As ReadAt, into a string of at most `size` bytes.
  Result<std::string> ReadAt(uint64_t offset, size_t size);

 private:
  File(int descriptor, uint64_t size_bytes) : descriptor_(descriptor), size_bytes_(size_bytes) {}

  const int descriptor_;
  const uint64_t size_bytes_;
  uint64_t read_bytes_ = 0;
};

/// A part of a file as it stands. The file must outlive the source.
class FileSource : public ByteSource {
 public:
  /// Reads end with kCancelled once `cancelled` is stopped: packed bytes may go on and on without holding a
  /// thing.
  FileSource(File& file, uint64_t offset, uint64_t length, std::stop_token cancelled = {})
      : file_(file), offset_(offset), left_(length), cancelled_(std::move(cancelled)) {}
  Result<size_t> Read(char* into, size_t size) override;

 private:
  File& file_;
  uint64_t offset_;
  uint64_t left_;
  const std::stop_token cancelled_;
};

}  // namespace tarn::unpacking
