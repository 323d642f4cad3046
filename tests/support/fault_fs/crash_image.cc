#include "tests/support/fault_fs/crash_image.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>

#include "tests/support/fault_fs/recorder.h"

namespace tarn::fault_fs {
namespace {

[[noreturn]] void Fail(const std::string& what) {
  dprintf(STDERR_FILENO, "fault_fs: %s: %s\n", what.c_str(), strerror(errno));
  abort();
}

std::string ReadAll(const std::filesystem::path& file) {
  std::error_code missing;
  const auto size = std::filesystem::file_size(file, missing);
  std::string content(missing ? 0 : size, '\0');
  std::ifstream(file, std::ios::binary).read(content.data(), static_cast<std::streamsize>(content.size()));
  return content;
}

struct stat StatusOf(const std::filesystem::path& path) {
  struct stat status;
  if (lstat(path.c_str(), &status) != 0) Fail("look at " + path.string());
  return status;
}

}  // namespace

const char* Name(Survives survives) {
  switch (survives) {
    case Survives::kEverything: return "killed";
    case Survives::kNothing: return "power loss";
    case Survives::kNames: return "power loss, names survive";
  }
  return "";
}

CrashImage::CrashImage(std::filesystem::path root, std::filesystem::path shadow)
    : root_(std::filesystem::canonical(root)), shadow_(std::filesystem::canonical(shadow)) {
  root_inode_ = StatusOf(root_).st_ino;
  killed_at_ = ReadAll(shadow_ / "killed");
  if (killed_at_.ends_with('\n')) killed_at_.pop_back();
  ReadJournal();
  Look(root_, root_inode_);
}

bool CrashImage::IsRepeated(Survives survives) const {
  if (killed_at_.empty()) return false;
  const bool at_sync = killed_at_.find("sync") < killed_at_.find(' ');
  const bool at_write = killed_at_.starts_with("the middle") || killed_at_.starts_with("write") || killed_at_.starts_with("pwrite");
  return (survives == Survives::kNothing && !at_sync) || (survives == Survives::kNames && at_write);
}

CrashImage::Entries CrashImage::ParseEntries(const std::string& text) {
  Entries entries;
  for (size_t begin = 0; begin < text.size();) {
    const size_t space = text.find(' ', begin + 2), end = text.find('\0', space);
    entries[text.substr(space + 1, end - space - 1)] = {text[begin] == 'd', std::stoull(text.substr(begin + 2, space - begin - 2))};
    begin = end + 1;
  }
  return entries;
}

void CrashImage::ReadJournal() {
  const std::string journal = ReadAll(shadow_ / "journal");
  Recorder::Record record;
  for (size_t at = 0; at + sizeof record <= journal.size(); at += record.size) {
    memcpy(&record, journal.data() + at, sizeof record);
    at += sizeof record;
    std::string bytes = journal.substr(at, record.size);
    if (record.is_directory) durable_entries_[record.inode] = ParseEntries(bytes);
    else durable_content_[record.inode] = {std::move(bytes), record.modified};
  }
}

void CrashImage::Look(const std::filesystem::path& directory, uint64_t inode) {
  Entries& entries = last_entries_[inode];
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    if (IsSharedMemory(entry.path().native())) continue;
    const struct stat status = StatusOf(entry.path());
    entries[entry.path().filename()] = {S_ISDIR(status.st_mode), status.st_ino};
    if (S_ISDIR(status.st_mode)) {
      Look(entry.path(), status.st_ino);
      continue;
    }
    errno = 0;
    if (!std::filesystem::exists(shadow_ / std::to_string(status.st_ino))) {
      Fail("a file was made behind the layer's back: " + entry.path().string());
    }
    last_content_[status.st_ino] = {ReadAll(entry.path()), status.st_mtim};
  }
}

void CrashImage::PutBack(Survives survives) const { PutBack(root_, root_inode_, survives); }

void CrashImage::PutBack(const std::filesystem::path& directory, uint64_t inode, Survives survives) const {
  const auto& all = survives == Survives::kNothing ? durable_entries_ : last_entries_;
  const auto found = all.find(inode);
  const Entries& entries = found == all.end() ? Entries() : found->second;
  // Directories that are wanted stay: file systems are slow to make thousands of them anew.
  for (const auto& there : std::filesystem::directory_iterator(directory)) {
    const auto wanted = entries.find(there.path().filename());
    if (wanted == entries.end() || !wanted->second.is_directory || !there.is_directory()) std::filesystem::remove_all(there);
  }
  for (const auto& [name, entry] : entries) {
    if (entry.is_directory) {
      std::filesystem::create_directory(directory / name);
      PutBack(directory / name, entry.inode, survives);
    } else {
      PutBackFile(directory / name, entry.inode, Surviving(entry.inode, survives));
    }
  }
}

void CrashImage::PutBackFile(const std::filesystem::path& path, uint64_t inode, const Content& content) const {
  const auto kept = shadow_ / std::to_string(inode);
  if (link(kept.c_str(), path.c_str()) != 0) Fail("put back " + path.string());
  const int file = open(path.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC);
  const auto size = static_cast<ssize_t>(content.bytes.size());
  if (file < 0 || write(file, content.bytes.data(), content.bytes.size()) != size) Fail("write " + path.string());
  const struct timespec times[2] = {content.modified, content.modified};
  if (futimens(file, times) != 0) Fail("set the time of " + path.string());
  close(file);
}

CrashImage::Content CrashImage::Surviving(uint64_t inode, Survives survives) const {
  const auto find = [inode](const std::map<uint64_t, Content>& contents) {
    const auto found = contents.find(inode);
    return found == contents.end() ? Content() : found->second;
  };
  if (survives == Survives::kEverything) return find(last_content_);
  Content content = find(durable_content_);
  if (survives == Survives::kNothing) return content;
  const Content last = find(last_content_);
  content.bytes.resize(std::max(content.bytes.size(), last.bytes.size()), '\0');
  content.modified = last.modified;
  return content;
}

}  // namespace tarn::fault_fs
