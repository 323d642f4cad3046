#include "common/object_store/posix_file.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <system_error>

#include "common/logging/log.h"

namespace tarn::object_store {

FileDescriptor::~FileDescriptor() {
  if (fd_ >= 0) close(fd_);
}

FileIdentity IdentityOf(const struct stat& status) {
  return {status.st_ino, static_cast<uint64_t>(status.st_size),
          int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec};
}

Error SystemError(int errno_value, std::string_view doing) {
  const std::string message = "the object store could not " + std::string(doing);
  log::Failure(message, {{"reason", std::generic_category().message(errno_value)}});
  if (errno_value == ENOSPC || errno_value == EDQUOT) {
    return Error(Code::kResourceExhausted, message + ": the disk is full");
  }
  return Error(Code::kInternal, message);
}

FileDescriptor OpenBeneath(int at, const std::string& path, int flags, mode_t mode) {
  struct open_how how = {};
  how.flags = static_cast<uint64_t>(flags | O_CLOEXEC);
  how.mode = mode;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS;
  for (;;) {
    const long fd = syscall(SYS_openat2, at, path.c_str(), &how, sizeof(how));
    // EAGAIN: something on the way was renamed, so the kernel could not vouch for "beneath".
    if (fd < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    return FileDescriptor(static_cast<int>(fd));
  }
}

Status Sync(const FileDescriptor& file, std::string_view what) {
  // Never tried again: after a failed fsync the kernel may have dropped the pages, and a second one would lie.
  if (fsync(file.get()) == 0) return Ok();
  return SystemError(errno, "make " + std::string(what) + " durable");
}

Status WriteAll(int fd, std::string_view data) {
  while (!data.empty()) {
    const ssize_t written = write(fd, data.data(), data.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return SystemError(errno, "write a file");
    data.remove_prefix(static_cast<size_t>(written));
  }
  return Ok();
}

Result<std::vector<DirectoryEntry>> ReadDirectory(int directory) {
  // A descriptor of its own, as reading moves the position and closedir closes it.
  const int fd = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return SystemError(errno, "read a directory");
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(fdopendir(fd), closedir);
  std::vector<DirectoryEntry> entries;
  for (errno = 0; const dirent* entry = readdir(stream.get()); errno = 0) {
    const std::string_view name = entry->d_name;
    if (name == "." || name == "..") continue;
    auto type = entry->d_type;
    if (struct stat status; type == DT_UNKNOWN && fstatat(fd, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0) {
      type = IFTODT(status.st_mode);
    }
    entries.push_back({std::string(name), type == DT_DIR, type == DT_REG});
  }
  if (errno != 0) return SystemError(errno, "read a directory");
  return entries;
}

}  // namespace tarn::object_store
