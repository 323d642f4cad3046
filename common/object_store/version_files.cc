#include "common/object_store/version_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace tarn::object_store {
namespace {

// Versions are ULIDs: their last characters are random, so the files spread over 1,024 directories.
std::string FolderOf(const std::string& version) { return version.substr(version.size() - 2); }

}  // namespace

Result<VersionFiles> VersionFiles::Open(const std::filesystem::path& directory) {
  std::error_code failed;
  std::filesystem::create_directories(directory, failed);
  FileDescriptor root(open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!root.valid()) return Error(Code::kUnavailable, "the directory of old versions cannot be opened");
  return VersionFiles(std::move(root));
}

Result<FileDescriptor> VersionFiles::OpenFile(const std::string& version) const {
  FileDescriptor file = OpenBeneath(root_.get(), FolderOf(version) + "/" + version, O_RDONLY | O_NONBLOCK);
  if (!file.valid() && errno != ENOENT && errno != ELOOP) return SystemError(errno, "open an old version");
  return file;
}

Status VersionFiles::Link(const FileDescriptor& file, const std::string& version) {
  TARN_ASSIGN(const FileDescriptor directory, DirectoryOf(version));
  const std::string by_descriptor = "/proc/self/fd/" + std::to_string(file.get());
  if (linkat(AT_FDCWD, by_descriptor.c_str(), directory.get(), version.c_str(), AT_SYMLINK_FOLLOW) == 0) return Ok();
  if (errno == EEXIST) return Ok();
  if (errno == ENOENT) return Error(Code::kNotFound, "the file of an old version is gone: " + version);
  return SystemError(errno, "keep an old version");
}

Status VersionFiles::Remove(const std::string& version) {
  const std::string path = FolderOf(version) + "/" + version;
  if (unlinkat(root_.get(), path.c_str(), 0) == 0 || errno == ENOENT) return Ok();
  return SystemError(errno, "remove an old version");
}

Result<FileDescriptor> VersionFiles::DirectoryOf(const std::string& version) {
  const std::string folder = FolderOf(version);
  if (mkdirat(root_.get(), folder.c_str(), 0777) != 0 && errno != EEXIST) {
    return SystemError(errno, "make a directory for old versions");
  }
  FileDescriptor directory = OpenBeneath(root_.get(), folder, O_RDONLY | O_DIRECTORY);
  if (!directory.valid()) return SystemError(errno, "open a directory of old versions");
  return directory;
}

}  // namespace tarn::object_store
