// Stand-ins for the functions of the C library that change files. Each counts its points and does its work with system
// calls of its own. Calls that glibc makes of itself (fopen, for one) do not come by here; crash_image.h notices a file
// that was made behind the layer's back.
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/openat2.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>
#include <string>

#include "tests/support/fault_fs/layer.h"
#include "tests/support/fault_fs/raw_calls.h"

// Declares and begins the definition of a stand-in. The C++ name differs from the symbol's, as the headers declare
// that one already, with attributes that must not be repeated.
#define STAND_IN(result, symbol, cpp_name, ...)                                                        \
  extern "C" __attribute__((visibility("default"))) result cpp_name(__VA_ARGS__) asm(#symbol); \
  result cpp_name(__VA_ARGS__)

namespace tarn::fault_fs {
namespace {

// The kernel looks for deadly signals between the pages of a write, not within one.
constexpr size_t kPage = 4096;
size_t HalfOf(size_t size) { return size / 2 / kPage * kPage; }

long Return(long result) {
  if (result >= 0) return result;
  errno = static_cast<int>(-result);
  return -1;
}

std::string PathOf(int file) {
  char path[4200];
  const std::string link = "/proc/self/fd/" + std::to_string(file);
  const long length = RawCall(SYS_readlinkat, AT_FDCWD, AsArgument(link.c_str()), AsArgument(path), sizeof path);
  return length < 0 ? std::string() : std::string(path, static_cast<size_t>(length));
}

// A name in a directory, which stays open meanwhile.
class Place {
 public:
  Place(const Turn& turn, int at, const char* path) {
    if (!turn.active() || !path || !*path) return;
    std::string parent = path;
    while (parent.size() > 1 && parent.back() == '/') parent.pop_back();
    const size_t slash = parent.rfind('/');
    name_ = slash == std::string::npos ? parent : parent.substr(slash + 1);
    parent = slash == std::string::npos ? "." : parent.substr(0, slash + 1);
    directory_ = static_cast<int>(RawCall(SYS_openat, at, AsArgument(parent.c_str()), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (directory_ < 0) return;
    path_ = PathOf(directory_) + "/" + name_;
    watched_ = turn.Watches(path_);
  }
  ~Place() {
    if (directory_ >= 0) RawCall(SYS_close, directory_);
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

  bool watched() const { return watched_; }
  int directory() const { return directory_; }
  const std::string& name() const { return name_; }
  const std::string& path() const { return path_; }

  bool Exists(struct stat& status) const {
    return fstatat(directory_, name_.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0;
  }

 private:
  int directory_ = -1;
  bool watched_ = false;
  std::string name_, path_;
};

// Opens with `call`, which is openat or openat2.
template <class Call>
long Open(int at, const char* path, uint64_t flags, Call call) {
  const bool writes = (flags & O_ACCMODE) != O_RDONLY || (flags & (O_CREAT | O_TRUNC)) != 0;
  if (!writes || (flags & O_PATH) != 0) return Return(call());
  const Turn turn;
  const Place place(turn, at, path);
  if (!place.watched()) return Return(call());
  struct stat status;
  const bool unnamed = (flags & O_TMPFILE) == O_TMPFILE;
  const bool exists = place.Exists(status);
  if (unnamed || (!exists && (flags & O_CREAT)) || (exists && status.st_size > 0 && (flags & O_TRUNC))) {
    if (const int error = turn.Pass("open", place.path())) return Return(-error);
  }
  const long file = call();
  if (file >= 0) turn.recorder().Keep(static_cast<int>(file));
  return Return(file);
}

long OpenAt(int at, const char* path, int flags, mode_t mode) {
  return Open(at, path, static_cast<uint64_t>(flags),
              [&] { return RawCall(SYS_openat, at, AsArgument(path), flags, mode); });
}

// A call that changes the content of an open file.
template <class Call>
long ChangeFile(const char* name, int file, Call call) {
  const Turn turn;
  if (!turn.active()) return Return(call());
  const std::string path = PathOf(file);
  if (!turn.Watches(path)) return Return(call());
  if (const int error = turn.Pass(name, path)) return Return(-error);
  turn.recorder().Keep(file);
  return Return(call());
}

// As ChangeFile; `half` does the first half of it, to die in the middle.
template <class Call, class Half>
long Write(const char* name, int file, size_t size, Call call, Half half) {
  const Turn turn;
  if (!turn.active()) return Return(call());
  const std::string path = PathOf(file);
  if (!turn.Watches(path)) return Return(call());
  if (const int error = turn.Pass(name, path)) return Return(-error);
  turn.recorder().Keep(file);
  if (size > kPage) {
    if (turn.DiesNext()) half();
    if (const int error = turn.Pass("the middle of", std::string(path))) return Return(-error);
  }
  return Return(call());
}

long Sync(const char* name, int file, bool data_only, long number) {
  const Turn turn;
  if (!turn.active()) return SkipsSyncs() ? 0 : Return(RawCall(number, file));
  const std::string path = PathOf(file);
  if (!turn.Watches(path)) return 0;
  if (const int error = turn.Pass(name, path)) {
    turn.recorder().Lose(file);
    return Return(-error);
  }
  number == SYS_syncfs ? turn.recorder().SyncAll() : turn.recorder().Sync(file, data_only);
  return 0;
}

// A call that changes one name.
template <class Call>
long ChangeName(const char* name, int at, const char* path, Call call) {
  const Turn turn;
  const Place place(turn, at, path);
  if (!place.watched()) return Return(call());
  if (const int error = turn.Pass(name, place.path())) return Return(-error);
  turn.recorder().Keep(place.directory(), place.name());
  turn.recorder().Hold(place.directory(), place.name());
  return Return(call());
}

// "rename" or "link".
template <class Call>
long ChangeNames(const char* name, int old_at, const char* old_path, int at, const char* path, Call call) {
  const Turn turn;
  const Place from(turn, old_at, old_path), to(turn, at, path);
  if (!from.watched() && !to.watched()) return Return(call());
  const Place& shown = to.watched() ? to : from;
  if (const int error = turn.Pass(name, shown.path())) return Return(-error);
  if (from.directory() >= 0) turn.recorder().Keep(from.directory(), from.name());
  if (to.directory() >= 0) {
    turn.recorder().Keep(to.directory(), to.name());
    turn.recorder().Hold(to.directory(), to.name());
  }
  const long result = call();
  if (result == 0 && to.watched()) turn.recorder().Keep(to.directory(), to.name());
  if (result == 0 && to.watched() && from.watched() && *name == 'r') turn.recorder().Moved(from.directory(), to.directory(), to.name());
  return Return(result);
}

long UnlinkAt(int at, const char* path, int flags) {
  return ChangeName("unlink", at, path, [&] { return RawCall(SYS_unlinkat, at, AsArgument(path), flags); });
}
long MakeDirectoryAt(int at, const char* path, mode_t mode) {
  return ChangeName("mkdir", at, path, [&] { return RawCall(SYS_mkdirat, at, AsArgument(path), mode); });
}
long RenameAt(int from, const char* old_path, int to, const char* path, unsigned flags) {
  return ChangeNames("rename", from, old_path, to, path, [&] {
    return RawCall(SYS_renameat2, from, AsArgument(old_path), to, AsArgument(path), flags);
  });
}
long LinkAt(int from, const char* old_path, int to, const char* path, int flags) {
  return ChangeNames("link", from, old_path, to, path, [&] {
    return RawCall(SYS_linkat, from, AsArgument(old_path), to, AsArgument(path), flags);
  });
}
long SymlinkAt(const char* target, int at, const char* path) {
  const Turn turn;
  const Place place(turn, at, path);
  if (place.watched()) NotModelled("symlink", place.path());
  return Return(RawCall(SYS_symlinkat, AsArgument(target), at, AsArgument(path)));
}
long CopyRange(int from, long from_offset, int to, long to_offset, size_t size, unsigned flags) {
  return ChangeFile("copy_file_range", to, [&] {
    return RawCall(SYS_copy_file_range, from, from_offset, to, to_offset, static_cast<long>(size), flags);
  });
}
long SetTimes(int at, const char* path, const struct timespec* times, int flags) {
  const auto call = [&] { return RawCall(SYS_utimensat, at, AsArgument(path), AsArgument(times), flags); };
  if (!path) return ChangeFile("utimensat", at, call);
  return ChangeName("utimensat", at, path, call);
}
long MapMemory(void* address, size_t size, int protection, int flags, int file, off_t offset) {
  const Turn turn;
  if (turn.active() && (flags & MAP_SHARED) && (protection & PROT_WRITE) && file >= 0) {
    const std::string path = PathOf(file);
    if (turn.Watches(path)) NotModelled("a shared writable mapping", path);
  }
  return RawCall(SYS_mmap, AsArgument(address), static_cast<long>(size), protection, flags, file, offset);
}
long WriteAt(int file, const void* data, size_t size, off_t offset) {
  const auto write = [&](size_t bytes) {
    return RawCall(SYS_pwrite64, file, AsArgument(data), static_cast<long>(bytes), offset);
  };
  return Write("pwrite", file, size, [&] { return write(size); }, [&] { write(HalfOf(size)); });
}
long WriteParts(int file, const struct iovec* parts, int count) {
  const auto half = [&] { RawCall(SYS_write, file, AsArgument(parts[0].iov_base), static_cast<long>(HalfOf(parts[0].iov_len))); };
  return Write("writev", file, count > 0 ? parts[0].iov_len : 0,
               [&] { return RawCall(SYS_writev, file, AsArgument(parts), count); }, half);
}
long WritePartsAt(int file, const struct iovec* parts, int count, off_t offset, int flags) {
  const auto half = [&] {
    RawCall(SYS_pwrite64, file, AsArgument(parts[0].iov_base), static_cast<long>(HalfOf(parts[0].iov_len)), offset);
  };
  return Write("pwritev", file, count > 0 ? parts[0].iov_len : 0,
               [&] { return RawCall(SYS_pwritev2, file, AsArgument(parts), count, offset, 0, flags); }, half);
}

mode_t ModeArgument(int flags, va_list arguments) {
  const bool creates = (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE;
  return creates ? va_arg(arguments, mode_t) : 0;
}

}  // namespace

#define OPEN_STAND_IN(symbol, cpp_name)                             \
  STAND_IN(int, symbol, cpp_name, const char* path, int flags, ...) { \
    va_list arguments;                                              \
    va_start(arguments, flags);                                     \
    const mode_t mode = ModeArgument(flags, arguments);             \
    va_end(arguments);                                              \
    return static_cast<int>(OpenAt(AT_FDCWD, path, flags, mode));   \
  }
#define OPENAT_STAND_IN(symbol, cpp_name)                                   \
  STAND_IN(int, symbol, cpp_name, int at, const char* path, int flags, ...) { \
    va_list arguments;                                                      \
    va_start(arguments, flags);                                             \
    const mode_t mode = ModeArgument(flags, arguments);                     \
    va_end(arguments);                                                      \
    return static_cast<int>(OpenAt(at, path, flags, mode));                 \
  }
OPEN_STAND_IN(open, StandInOpen)
OPEN_STAND_IN(open64, StandInOpen64)
OPENAT_STAND_IN(openat, StandInOpenat)
OPENAT_STAND_IN(openat64, StandInOpenat64)
STAND_IN(int, __open_2, StandInOpen2, const char* path, int flags) { return StandInOpen(path, flags); }
STAND_IN(int, __open64_2, StandInOpen642, const char* path, int flags) { return StandInOpen(path, flags); }
STAND_IN(int, __openat_2, StandInOpenat2, int at, const char* path, int flags) { return StandInOpenat(at, path, flags); }
STAND_IN(int, __openat64_2, StandInOpenat642, int at, const char* path, int flags) { return StandInOpenat(at, path, flags); }
STAND_IN(int, creat, StandInCreat, const char* path, mode_t mode) {
  return StandInOpen(path, O_WRONLY | O_CREAT | O_TRUNC, mode);
}
STAND_IN(int, creat64, StandInCreat64, const char* path, mode_t mode) { return StandInCreat(path, mode); }

STAND_IN(ssize_t, write, StandInWrite, int file, const void* data, size_t size) {
  const auto write = [&](size_t bytes) { return RawCall(SYS_write, file, AsArgument(data), static_cast<long>(bytes)); };
  return Write("write", file, size, [&] { return write(size); }, [&] { write(HalfOf(size)); });
}
STAND_IN(ssize_t, pwrite, StandInPwrite, int file, const void* data, size_t size, off_t offset) {
  return WriteAt(file, data, size, offset);
}
STAND_IN(ssize_t, pwrite64, StandInPwrite64, int file, const void* data, size_t size, off_t offset) {
  return WriteAt(file, data, size, offset);
}
STAND_IN(ssize_t, writev, StandInWritev, int file, const struct iovec* parts, int count) {
  return WriteParts(file, parts, count);
}
STAND_IN(ssize_t, pwritev, StandInPwritev, int file, const struct iovec* parts, int count, off_t offset) {
  return WritePartsAt(file, parts, count, offset, 0);
}
STAND_IN(ssize_t, pwritev64, StandInPwritev64, int file, const struct iovec* parts, int count, off_t offset) {
  return WritePartsAt(file, parts, count, offset, 0);
}
STAND_IN(ssize_t, pwritev2, StandInPwritev2, int file, const struct iovec* parts, int count, off_t offset, int flags) {
  return WritePartsAt(file, parts, count, offset, flags);
}
STAND_IN(ssize_t, sendfile, StandInSendfile, int to, int from, off_t* offset, size_t size) {
  return ChangeFile("sendfile", to,
                    [&] { return RawCall(SYS_sendfile, to, from, AsArgument(offset), static_cast<long>(size)); });
}
STAND_IN(ssize_t, sendfile64, StandInSendfile64, int to, int from, off_t* offset, size_t size) {
  return StandInSendfile(to, from, offset, size);
}
STAND_IN(ssize_t, copy_file_range, StandInCopyFileRange, int from, off_t* from_offset, int to, off_t* to_offset,
         size_t size, unsigned flags) {
  return CopyRange(from, AsArgument(from_offset), to, AsArgument(to_offset), size, flags);
}
STAND_IN(int, ioctl, StandInIoctl, int file, unsigned long request, ...) {
  va_list arguments;
  va_start(arguments, request);
  const long argument = va_arg(arguments, long);
  va_end(arguments);
  const auto call = [&] { return RawCall(SYS_ioctl, file, static_cast<long>(request), argument); };
  const bool clones = request == FICLONE || request == FICLONERANGE;
  return static_cast<int>(clones ? ChangeFile("clone", file, call) : Return(call()));
}

STAND_IN(int, ftruncate, StandInFtruncate, int file, off_t size) {
  return static_cast<int>(ChangeFile("ftruncate", file, [&] { return RawCall(SYS_ftruncate, file, size); }));
}
STAND_IN(int, ftruncate64, StandInFtruncate64, int file, off_t size) { return StandInFtruncate(file, size); }
STAND_IN(int, truncate, StandInTruncate, const char* path, off_t size) {
  return static_cast<int>(
      ChangeName("truncate", AT_FDCWD, path, [&] { return RawCall(SYS_truncate, AsArgument(path), size); }));
}
STAND_IN(int, truncate64, StandInTruncate64, const char* path, off_t size) { return StandInTruncate(path, size); }
STAND_IN(int, fallocate, StandInFallocate, int file, int mode, off_t offset, off_t size) {
  return static_cast<int>(
      ChangeFile("fallocate", file, [&] { return RawCall(SYS_fallocate, file, mode, offset, size); }));
}
STAND_IN(int, fallocate64, StandInFallocate64, int file, int mode, off_t offset, off_t size) {
  return StandInFallocate(file, mode, offset, size);
}
STAND_IN(int, posix_fallocate, StandInPosixFallocate, int file, off_t offset, off_t size) {
  return StandInFallocate(file, 0, offset, size) == 0 ? 0 : errno;
}
STAND_IN(int, posix_fallocate64, StandInPosixFallocate64, int file, off_t offset, off_t size) {
  return StandInPosixFallocate(file, offset, size);
}

STAND_IN(int, fsync, StandInFsync, int file) { return static_cast<int>(Sync("fsync", file, false, SYS_fsync)); }
STAND_IN(int, fdatasync, StandInFdatasync, int file) {
  return static_cast<int>(Sync("fdatasync", file, true, SYS_fdatasync));
}
STAND_IN(int, syncfs, StandInSyncfs, int file) { return static_cast<int>(Sync("syncfs", file, false, SYS_syncfs)); }
STAND_IN(int, sync_file_range, StandInSyncFileRange, int file, off64_t, off64_t, unsigned) {
  return static_cast<int>(ChangeFile("sync_file_range", file, [] { return 0L; }));
}

STAND_IN(int, unlink, StandInUnlink, const char* path) { return static_cast<int>(UnlinkAt(AT_FDCWD, path, 0)); }
STAND_IN(int, unlinkat, StandInUnlinkat, int at, const char* path, int flags) {
  return static_cast<int>(UnlinkAt(at, path, flags));
}
STAND_IN(int, rmdir, StandInRmdir, const char* path) { return static_cast<int>(UnlinkAt(AT_FDCWD, path, AT_REMOVEDIR)); }
STAND_IN(int, remove, StandInRemove, const char* path) {
  struct stat status;
  const bool directory = lstat(path, &status) == 0 && S_ISDIR(status.st_mode);
  return static_cast<int>(UnlinkAt(AT_FDCWD, path, directory ? AT_REMOVEDIR : 0));
}
STAND_IN(int, mkdir, StandInMkdir, const char* path, mode_t mode) {
  return static_cast<int>(MakeDirectoryAt(AT_FDCWD, path, mode));
}
STAND_IN(int, mkdirat, StandInMkdirat, int at, const char* path, mode_t mode) {
  return static_cast<int>(MakeDirectoryAt(at, path, mode));
}
STAND_IN(int, rename, StandInRename, const char* from, const char* to) {
  return static_cast<int>(RenameAt(AT_FDCWD, from, AT_FDCWD, to, 0));
}
STAND_IN(int, renameat, StandInRenameat, int from_at, const char* from, int to_at, const char* to) {
  return static_cast<int>(RenameAt(from_at, from, to_at, to, 0));
}
STAND_IN(int, renameat2, StandInRenameat2, int from_at, const char* from, int to_at, const char* to, unsigned flags) {
  return static_cast<int>(RenameAt(from_at, from, to_at, to, flags));
}
STAND_IN(int, link, StandInLink, const char* from, const char* to) {
  return static_cast<int>(LinkAt(AT_FDCWD, from, AT_FDCWD, to, 0));
}
STAND_IN(int, linkat, StandInLinkat, int from_at, const char* from, int to_at, const char* to, int flags) {
  return static_cast<int>(LinkAt(from_at, from, to_at, to, flags));
}
STAND_IN(int, symlink, StandInSymlink, const char* target, const char* path) {
  return static_cast<int>(SymlinkAt(target, AT_FDCWD, path));
}
STAND_IN(int, symlinkat, StandInSymlinkat, const char* target, int at, const char* path) {
  return static_cast<int>(SymlinkAt(target, at, path));
}
STAND_IN(int, utimensat, StandInUtimensat, int at, const char* path, const struct timespec* times, int flags) {
  return static_cast<int>(SetTimes(at, path, times, flags));
}
STAND_IN(int, futimens, StandInFutimens, int file, const struct timespec* times) {
  return static_cast<int>(SetTimes(file, nullptr, times, 0));
}
STAND_IN(void*, mmap, StandInMmap, void* address, size_t size, int protection, int flags, int file, off_t offset) {
  return reinterpret_cast<void*>(Return(MapMemory(address, size, protection, flags, file, offset)));
}
STAND_IN(void*, mmap64, StandInMmap64, void* address, size_t size, int protection, int flags, int file, off_t offset) {
  return StandInMmap(address, size, protection, flags, file, offset);
}

STAND_IN(long, syscall, StandInSyscall, long number, ...) {
  va_list arguments;
  va_start(arguments, number);
  long a[6];
  for (long& argument : a) argument = va_arg(arguments, long);
  va_end(arguments);
  const auto path = [&](int i) { return reinterpret_cast<const char*>(a[i]); };
  const auto file = [&](int i) { return static_cast<int>(a[i]); };
  const auto call = [&] { return RawCall(number, a[0], a[1], a[2], a[3], a[4], a[5]); };
  switch (number) {
    case SYS_openat: return OpenAt(file(0), path(1), static_cast<int>(a[2]), static_cast<mode_t>(a[3]));
    case SYS_openat2: return Open(file(0), path(1), reinterpret_cast<const open_how*>(a[2])->flags, call);
    case SYS_renameat2: return RenameAt(file(0), path(1), file(2), path(3), static_cast<unsigned>(a[4]));
    case SYS_linkat: return LinkAt(file(0), path(1), file(2), path(3), static_cast<int>(a[4]));
    case SYS_unlinkat: return UnlinkAt(file(0), path(1), static_cast<int>(a[2]));
    case SYS_mkdirat: return MakeDirectoryAt(file(0), path(1), static_cast<mode_t>(a[2]));
    case SYS_copy_file_range: return CopyRange(file(0), a[1], file(2), a[3], static_cast<size_t>(a[4]), static_cast<unsigned>(a[5]));
    case SYS_fsync: return Sync("fsync", file(0), false, number);
    case SYS_fdatasync: return Sync("fdatasync", file(0), true, number);
    case SYS_syncfs: return Sync("syncfs", file(0), false, number);
    default: return Return(call());
  }
}

}  // namespace tarn::fault_fs
