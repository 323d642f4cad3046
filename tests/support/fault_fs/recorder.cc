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

std::string ReadAll(int file, size_t size) {
  std::string content(size, '\0');
  for (size_t filled = 0; filled < size;) {
    const ssize_t count = pread(file, content.data() + filled, size - filled, static_cast<off_t>(filled));
    if (count <= 0) Fail("read a file");
    filled += static_cast<size_t>(count);
  }
  return content;
}

void Link(int file, const struct stat& status, const std::filesystem::path& shadow) {
  const auto link = shadow / std::to_string(status.st_ino);
  // ENOENT: it was removed, but kept before.
  if (linkat(AT_FDCWD, DescriptorPath(file).c_str(), AT_FDCWD, link.c_str(), AT_SYMLINK_FOLLOW) != 0 &&
      errno != EEXIST && errno != ENOENT) {
    Fail("keep a file");
  }
}

}  // namespace

bool IsSharedMemory(std::string_view path) { return path.ends_with("-shm"); }

Recorder::Recorder(std::filesystem::path root, std::filesystem::path shadow)
    : root_(std::filesystem::canonical(root).string()), shadow_(std::filesystem::canonical(shadow)) {
  journal_ = open((shadow_ / "journal").c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  SyncAll();
}

void Recorder::Keep(int file) {
  struct stat status;
  if (fstat(file, &status) != 0) Fail("look at a file");
  if (!S_ISREG(status.st_mode)) return;
  Link(file, status, shadow_);
  clean_.erase(status.st_ino);
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
  if (S_ISDIR(status.st_mode)) SyncEntries(DescriptorPath(file), status);
  if (S_ISREG(status.st_mode)) SyncContent(file, status, data_only);
}

void Recorder::Lose(int file) {
  struct stat status;
  if (fstat(file, &status) == 0) lost_.insert(status.st_ino);
}

void Recorder::SyncContent(int file, const struct stat& status, bool data_only) {
  if (lost_.contains(status.st_ino) || !clean_.insert(status.st_ino).second) return;
  Link(file, status, shadow_);
  const int from = open(DescriptorPath(file).c_str(), O_RDONLY | O_CLOEXEC);
  if (from < 0) Fail("record a file's content");
  Record record{false, status.st_ino, static_cast<uint64_t>(status.st_size), status.st_mtim};
  const auto before = durable_.find(status.st_ino);
  // fdatasync owes the times nothing, unless the size it makes durable changed along with them.
  if (data_only && before != durable_.end() && before->second.size == record.size) record.modified = before->second.modified;
  Write(record, ReadAll(from, record.size));
  close(from);
}

void Recorder::SyncEntries(const std::filesystem::path& directory, const struct stat& status) {
  if (lost_.contains(status.st_ino)) return;
  auto& entries = entries_[status.st_ino];
  entries.clear();
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    struct stat entry_status;
    if (lstat(entry.path().c_str(), &entry_status) != 0 || IsSharedMemory(entry.path().native())) continue;
    if (!S_ISREG(entry_status.st_mode) && !S_ISDIR(entry_status.st_mode)) continue;
    entries[entry.path().filename()] = {S_ISDIR(entry_status.st_mode), entry_status.st_ino};
  }
  WriteEntries(status.st_ino);
  FinishMovesOutOf(status.st_ino);
}

void Recorder::Moved(int from_directory, int to_directory, const std::string& to) {
  struct stat status;
  if (fstat(from_directory, &status) != 0) Fail("look at a directory");
  Move move{status.st_ino, {}};
  std::filesystem::path path = std::filesystem::read_symlink(DescriptorPath(to_directory)) / to;
  for (; path.native().size() > root_.size(); path = path.parent_path()) {
    struct stat entry, parent;
    if (lstat(path.c_str(), &entry) != 0 || stat(path.parent_path().c_str(), &parent) != 0) return;
    move.to.push_back({parent.st_ino, path.filename(), {S_ISDIR(entry.st_mode), entry.st_ino}});
  }
  if (move.to.empty() || move.to.front().directory == move.from) return;
  moves_.push_back(std::move(move));
}

void Recorder::FinishMovesOutOf(uint64_t directory) {
  for (const Move& move : moves_) {
    if (move.from != directory) continue;
    for (const Step& step : move.to) {
      entries_[step.directory][step.name] = step.entry;
      WriteEntries(step.directory);
    }
  }
  std::erase_if(moves_, [&](const Move& move) { return move.from == directory; });
}

void Recorder::WriteEntries(uint64_t directory) {
  std::string text;
  for (const auto& [name, entry] : entries_[directory]) {
    text += (entry.is_directory ? "d " : "f ") + std::to_string(entry.inode) + " " + name + '\0';
  }
  Write({true, directory, text.size(), {}}, text);
}

void Recorder::Write(const Record& record, const std::string& bytes) {
  durable_[record.inode] = record;
  if (write(journal_, &record, sizeof record) != sizeof record ||
      write(journal_, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size())) {
    Fail("write the journal");
  }
}

void Recorder::SyncAll() {
  moves_.clear();
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
