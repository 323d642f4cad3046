#include "common/object_store/bucket_tree.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "common/object_store/names.h"

namespace tarn::object_store {
namespace {

constexpr int kDirectoryFlags = O_RDONLY | O_DIRECTORY;
constexpr mode_t kDirectoryMode = 0777;  // less the umask: other engines read the lake

struct SplitKey {
  std::string parent;  // "." for a key of one segment
  std::string name;
};

SplitKey Split(const std::string& key) {
  const std::string path = FileOfKey(key);
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return {".", path};
  return {path.substr(0, slash), path.substr(slash + 1)};
}

Error NotADirectory(const std::string& key) {
  return Error(Code::kConflict,
               "a file system cannot hold a file and a directory of one name: a parent of this key is a file or "
               "a link: " + key);
}

// Opens the parent of `key`, making what is missing of it.
Result<FileDescriptor> MakeParent(const FileDescriptor& bucket, const std::string& key) {
  const std::string parent = Split(key).parent;
  if (FileDescriptor directory = OpenBeneath(bucket.get(), parent, kDirectoryFlags); directory.valid()) return directory;
  FileDescriptor at = OpenBeneath(bucket.get(), ".", kDirectoryFlags);
  for (size_t begin = 0; at.valid() && begin < parent.size();) {
    const size_t end = std::min(parent.find('/', begin), parent.size());
    const std::string segment = parent.substr(begin, end - begin);
    if (mkdirat(at.get(), segment.c_str(), kDirectoryMode) != 0 && errno != EEXIST) {
      return SystemError(errno, "make a directory");
    }
    FileDescriptor next = OpenBeneath(at.get(), segment, kDirectoryFlags);
    const int failure = errno;
    if (!next.valid() && (failure == ENOTDIR || failure == ELOOP)) return NotADirectory(key);
    at = std::move(next);
    errno = failure;
    begin = end + 1;
  }
  if (!at.valid()) return SystemError(errno, "open a directory");
  return at;
}

}  // namespace

bool RemoveEmptyTree(int at, const std::string& name) {
  if (unlinkat(at, name.c_str(), AT_REMOVEDIR) == 0) return true;
  if (errno != ENOTEMPTY && errno != EEXIST) return errno == ENOENT;
  const FileDescriptor directory = OpenBeneath(at, name, kDirectoryFlags);
  if (!directory.valid()) return false;
  const auto entries = ReadDirectory(directory.get());
  if (!entries.ok()) return false;
  for (const DirectoryEntry& entry : *entries) {
    if (!entry.is_directory || !RemoveEmptyTree(directory.get(), entry.name)) return false;
  }
  return unlinkat(at, name.c_str(), AT_REMOVEDIR) == 0;
}

Result<BucketTree> BucketTree::Open(const std::filesystem::path& root) {
  FileDescriptor directory(open(root.c_str(), kDirectoryFlags | O_CLOEXEC));
  if (!directory.valid()) {
    return Error(Code::kUnavailable, "the object store's directory cannot be opened: " + root.string());
  }
  if (!OpenBeneath(directory.get(), ".", kDirectoryFlags).valid()) {
    return Error(Code::kUnavailable, "the object store needs the system call openat2 (Linux 5.6 or newer)");
  }
  return BucketTree(std::move(directory));
}

Status BucketTree::CreateBucket(const std::string& bucket) {
  if (mkdirat(root_.get(), bucket.c_str(), kDirectoryMode) == 0) return Sync(root_, "a new bucket");
  if (errno != EEXIST) return SystemError(errno, "make a bucket");
  if (OpenBucket(bucket).ok()) return Ok();
  return Error(Code::kConflict, "something that is not a directory has the bucket's name: " + bucket);
}

Status BucketTree::RemoveBucket(const std::string& bucket) {
  TARN_ASSIGN([[maybe_unused]] const FileDescriptor directory, OpenBucket(bucket));
  if (!RemoveEmptyTree(root_.get(), bucket)) return Error(Code::kConflict, "the bucket is not empty: " + bucket);
  return Sync(root_, "the removal of a bucket");
}

Status BucketTree::SyncFileSystem() const {
  if (syncfs(root_.get()) == 0) return Ok();
  return SystemError(errno, "make the file system durable");
}

Result<std::vector<std::string>> BucketTree::Buckets() const {
  TARN_ASSIGN(const auto entries, ReadDirectory(root_.get()));
  std::vector<std::string> buckets;
  for (const DirectoryEntry& entry : entries) {
    if (entry.is_directory && CheckBucketName(entry.name).ok()) buckets.push_back(entry.name);
  }
  std::sort(buckets.begin(), buckets.end());
  return buckets;
}

Result<FileDescriptor> BucketTree::OpenBucket(const std::string& bucket) const {
  FileDescriptor directory = OpenBeneath(root_.get(), bucket, kDirectoryFlags);
  if (directory.valid()) return directory;
  if (errno == ENOENT || errno == ENOTDIR || errno == ELOOP) {
    return Error(Code::kNotFound, "there is no such bucket: " + bucket);
  }
  return SystemError(errno, "open a bucket");
}

Result<std::optional<OpenFile>> BucketTree::Open(const std::string& bucket, const std::string& key) const {
  TARN_ASSIGN(const FileDescriptor directory, OpenBucket(bucket));
  // O_NONBLOCK: a FIFO that somebody left there must not hang the reader.
  FileDescriptor file = OpenBeneath(directory.get(), FileOfKey(key), O_RDONLY | O_NONBLOCK);
  if (!file.valid()) {
    if (errno == ENOENT || errno == ENOTDIR || errno == ELOOP || errno == ENXIO) return std::optional<OpenFile>();
    return SystemError(errno, "open an object's file");
  }
  struct stat status;
  if (fstat(file.get(), &status) != 0) return SystemError(errno, "look at an object's file");
  if (!S_ISREG(status.st_mode)) return std::optional<OpenFile>();
  return std::optional(OpenFile{std::move(file), IdentityOf(status)});
}

Status BucketTree::Prepare(const std::string& bucket, const std::string& key) {
  TARN_ASSIGN(const FileDescriptor directory, OpenBucket(bucket));
  TARN_ASSIGN(const FileDescriptor parent, MakeParent(directory, key));
  const std::string name = Split(key).name;
  struct stat status;
  if (fstatat(parent.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISDIR(status.st_mode)) return Ok();
  // Empty directories are what a put that failed or died left behind.
  if (RemoveEmptyTree(parent.get(), name)) return Ok();
  return Error(Code::kConflict,
               "a file system cannot hold a file and a directory of one name: a directory with files is at this "
               "key: " + key);
}

Status BucketTree::MoveIn(int from, const std::string& name, const std::string& bucket, const std::string& key) {
  TARN_ASSIGN(const FileDescriptor directory, OpenBucket(bucket));
  TARN_ASSIGN(const FileDescriptor parent, MakeParent(directory, key));
  if (renameat(from, name.c_str(), parent.get(), Split(key).name.c_str()) != 0) {
    if (errno == ENOENT) return Error(Code::kNotFound, "the staged file is gone: " + key);
    return SystemError(errno, "move a file into its bucket");
  }
  return Ok();
}

Status BucketTree::Remove(const std::string& bucket, const std::string& key, const FileIdentity& identity, bool torn) {
  TARN_ASSIGN(const FileDescriptor directory, OpenBucket(bucket));
  const SplitKey split = Split(key);
  const FileDescriptor parent = OpenBeneath(directory.get(), split.parent, kDirectoryFlags);
  struct stat status;
  if (!parent.valid() || fstatat(parent.get(), split.name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) return Ok();
  // Another program may have put its own file there: that is news for the next look at foreign files.
  // After a power loss the name may be there without the content that was not synced.
  const FileIdentity found = IdentityOf(status);
  const bool is_torn = torn && found.inode == identity.inode && found.size_bytes < identity.size_bytes;
  if (!S_ISREG(status.st_mode) || (found != identity && !is_torn)) return Ok();
  if (unlinkat(parent.get(), split.name.c_str(), 0) != 0 && errno != ENOENT) {
    return SystemError(errno, "remove an object's file");
  }
  RemoveEmptyParents(bucket, key);
  return Ok();
}

void BucketTree::RemoveEmptyParents(const std::string& bucket, const std::string& key) {
  const auto directory = OpenBucket(bucket);
  if (!directory.ok()) return;
  for (std::string path = Split(key).parent; path != "."; path = Split(path).parent) {
    const SplitKey split = Split(path);
    const FileDescriptor above = OpenBeneath(directory->get(), split.parent, kDirectoryFlags);
    if (above.valid() && unlinkat(above.get(), split.name.c_str(), AT_REMOVEDIR) != 0 && errno != ENOENT) return;
  }
}

}  // namespace tarn::object_store
