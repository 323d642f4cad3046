#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/result/result.h"

namespace tarn::object_store {

/// Owns a file descriptor.
class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int fd) : fd_(fd) {}
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~FileDescriptor();

  int get() const { return fd_; }
  bool valid() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

/// Tells one file from every other that is alive, and whether it was changed since it was indexed.
struct FileIdentity {
  uint64_t inode = 0;
  uint64_t size_bytes = 0;
  int64_t modified_ns = 0;

  bool operator==(const FileIdentity&) const = default;
};
FileIdentity IdentityOf(const struct stat& status);

/// Writes `errno_value` to the log and returns the error a caller may see: kResourceExhausted when the disk or quota
/// is full, else kInternal. `doing` completes "could not ...".
Error SystemError(int errno_value, std::string_view doing);

/// Opens `path` below the directory `at`: neither `..` nor a symbolic link leads out of it (openat2 with
/// RESOLVE_BENEATH and RESOLVE_NO_SYMLINKS). Returns an invalid descriptor and sets errno on failure.
FileDescriptor OpenBeneath(int at, const std::string& path, int flags, mode_t mode = 0);

/// Makes what was written to a file or directory durable. Errors: kInternal, kResourceExhausted.
Status Sync(const FileDescriptor& file, std::string_view what);

/// Writes all of `data`. Errors: kResourceExhausted, kInternal.
Status WriteAll(int fd, std::string_view data);

/// One entry of a directory.
struct DirectoryEntry {
  std::string name;
  bool is_directory = false;
  bool is_regular = false;  ///< neither: a link, a socket, a device
};

/// Lists a directory without "." and "..", in no order; links are not followed. Errors: kInternal.
Result<std::vector<DirectoryEntry>> ReadDirectory(int directory);

}  // namespace tarn::object_store
