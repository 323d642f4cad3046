#include "common/unpacking/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace tarn::unpacking {

Result<std::unique_ptr<File>> File::Open(const std::filesystem::path& path) {
  // Without O_NONBLOCK, opening a named pipe would wait for its writer.
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (descriptor < 0) {
    if (errno == ENOENT) return Error(Code::kNotFound, "the file is gone");
    if (errno == ELOOP) return Error(Code::kUnprocessable, "the file is a symbolic link");
    return Error(Code::kUnavailable, "the file cannot be opened");
  }
  struct stat status {};
  if (::fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) {
    ::close(descriptor);
    return Error(Code::kUnprocessable, "this is not a regular file");
  }
  return std::unique_ptr<File>(new File(descriptor, static_cast<uint64_t>(status.st_size)));
}

File::~File() { ::close(descriptor_); }

Result<size_t> File::ReadAt(uint64_t offset, char* into, size_t size) {
  size_t filled = 0;
  while (filled < size) {
    const ssize_t got =
        ::pread(descriptor_, into + filled, size - filled, static_cast<off_t>(offset + filled));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return Error(Code::kUnavailable, "the file cannot be read");
    if (got == 0) break;
    filled += static_cast<size_t>(got);
  }
  read_bytes_ += filled;
  return filled;
}

Result<std::string> File::ReadAt(uint64_t offset, size_t size) {
  const uint64_t there = offset < size_bytes_ ? size_bytes_ - offset : 0;
  std::string bytes(static_cast<size_t>(std::min<uint64_t>(size, there)), '\0');
  TARN_ASSIGN(const size_t got, ReadAt(offset, bytes.data(), bytes.size()));
  bytes.resize(got);
  return bytes;
}

Result<size_t> FileSource::Read(char* into, size_t size) {
  if (cancelled_.stop_requested()) return Error(Code::kCancelled, "reading the file was stopped");
  const size_t wanted = static_cast<size_t>(std::min<uint64_t>(size, left_));
  if (wanted == 0) return size_t{0};
  TARN_ASSIGN(const size_t got, file_.ReadAt(offset_, into, wanted));
  offset_ += got;
  left_ -= got;
  return got;
}

}  // namespace tarn::unpacking
