#include "tests/support/fault_fs/recorder.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace tarn::fault_fs {
namespace {

// What is done here passes the stand-ins of interpose.cc untouched, as they see that the layer itself is at work.

[[noreturn]] void Fail(const std::string& doing) {
  dprintf(STDERR_FILENO, "fault_fs: could not %s: %s\n", doing.c_str(), strerror(errno));
  abort();
}

std::string DescriptorPath(int file) { return "/proc/self/fd/" + std::to_string(file); }

void Copy(int from, int to) {
  char buffer[64 * 1024];
  for (off_t offset = 0;;) {
    const ssize_t count = pread(from, buffer, sizeof buffer, offset);
    if (count < 0) Fail("read a file");
    if (count == 0) break;
    if (pwrite(to, buffer, static_cast<size_t>(count), offset) != count) Fail("copy a file");
    offset += count;
  }
}

}  // namespace

bool IsSharedMemory(std::string_view path) { return path.ends_with("-shm"); }

Recorder::Recorder(std::filesystem::path root, std::filesystem::path shadow)
    : root_(std::filesystem::canonical(root).string()), shadow_(std::filesystem::canonical(shadow)) {
  for (const char* part : {"inodes", "content", "entries"}) std::filesystem::create_directory(shadow_ / part);
  SyncAll();
}

void Recorder::Keep(int file) {
  struct stat status;
  if (fstat(file, &status) != 0) Fail("look at a file");
  if (!S_ISREG(status.st_mode)) return;
  const auto link = shadow_ / "inodes" / std::to_string(status.st_ino);
  // ENOENT: it was removed, but kept before.
  if (linkat(AT_FDCWD, DescriptorPath(file).c_str(), AT_FDCWD, link.c_str(), AT_SYMLINK_FOLLOW) != 0 &&
      errno != EEXIST && errno != ENOENT) {
    Fail("keep a file");
  }
}

void Recorder::Keep(int directory, const std::string& name) {
  const int file = openat(directory, name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC);
  if (file < 0) return;
  Keep(file);
  close(file);
}

void Recorder::Hold(int directory, const std::string& name) {
  // Open for the rest of the process's life, on purpose.
  [[maybe_unused]] const int held = openat(directory, name.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

void Recorder::Sync(int file, bool data_only) {
  struct stat status;
  if (fstat(file, &status) != 0) Fail("look at a file");
  if (S_ISDIR(status.st_mode)) SyncEntries(DescriptorPath(file), status.st_ino);
  if (S_ISREG(status.st_mode)) SyncContent(file, status, data_only);
}

void Recorder::Lose(int file) {
  struct stat status;
  if (fstat(file, &status) == 0) lost_.insert(status.st_ino);
}

void Recorder::SyncContent(int file, const struct stat& status, bool data_only) {
  if (lost_.contains(status.st_ino)) return;
  const auto copy = shadow_ / "content" / std::to_string(status.st_ino);
  struct stat before;
  const bool known = stat(copy.c_str(), &before) == 0;
  const int from = open(DescriptorPath(file).c_str(), O_RDONLY | O_CLOEXEC);
  const int to = open(copy.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (from < 0 || to < 0) Fail("record a file's content");
  Copy(from, to);
  // fdatasync owes the times nothing, unless the size it makes durable changed along with them.
  const bool keeps_time = data_only && known && before.st_size == status.st_size;
  const struct timespec times[2] = {status.st_atim, keeps_time ? before.st_mtim : status.st_mtim};
  if (futimens(to, times) != 0) Fail("record a file's time");
  close(from);
  close(to);
}

void Recorder::SyncEntries(const std::filesystem::path& directory, uint64_t inode) {
  if (lost_.contains(inode)) return;
  std::string entries;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    struct stat status;
    if (lstat(entry.path().c_str(), &status) != 0 || IsSharedMemory(entry.path().native())) continue;
    if (!S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode)) continue;
    if (S_ISREG(status.st_mode)) Keep(AT_FDCWD, entry.path());
    entries += S_ISDIR(status.st_mode) ? "d " : "f ";
    entries += std::to_string(status.st_ino) + " " + entry.path().filename().string() + '\0';
  }
  const auto record = shadow_ / "entries" / std::to_string(inode);
  const int to = open(record.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (to < 0 || write(to, entries.data(), entries.size()) != static_cast<ssize_t>(entries.size())) {
    Fail("record a directory's entries");
  }
  close(to);
}

void Recorder::SyncAll() {
  const auto sync = [this](const std::filesystem::path& path) {
    const int opened = open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (opened < 0) return;
    Sync(opened, false);
    close(opened);
  };
  sync(root_);
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root_)) {
    if (!IsSharedMemory(entry.path().native())) sync(entry.path());
  }
}

}  // namespace tarn::fault_fs
