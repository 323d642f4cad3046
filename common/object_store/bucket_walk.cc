#include "common/object_store/bucket_walk.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "common/logging/log.h"
#include "common/object_store/names.h"

namespace tarn::object_store {
namespace {

struct Entry {
  std::string name;  // with a '/' behind a directory's, and nothing for kFolderFile: sorting gives the order of keys
  FileIdentity identity;
  int64_t settled_ns = 0;
  bool is_directory = false;
};

int64_t Nanoseconds(const struct timespec& time) { return int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec; }

class Walk {
 public:
  Walk(const FileDescriptor& bucket, const std::function<Status(const WalkedFile&)>& visit)
      : bucket_(bucket), visit_(visit) {}

  // `prefix` is empty or ends with '/'.
  Status Directory(const std::string& prefix) {
    TARN_ASSIGN(const auto entries, Entries(prefix));
    for (const Entry& entry : entries) {
      const std::string key = prefix + entry.name;
      if (!CheckKey(key).ok()) {
        ++unnamable_;
        continue;
      }
      TARN_TRY(entry.is_directory ? Directory(key) : visit_({key, entry.identity, entry.settled_ns}));
    }
    return Ok();
  }

  int64_t unnamable() const { return unnamable_; }

 private:
  // The directory is closed again before its children are walked: descriptors must not grow with the depth.
  Result<std::vector<Entry>> Entries(const std::string& prefix) const {
    const FileDescriptor directory =
        OpenBeneath(bucket_.get(), prefix.empty() ? "." : prefix, O_RDONLY | O_DIRECTORY);
    std::vector<Entry> entries;
    // Removed meanwhile, or made a link: the next walk sees what it is now.
    if (!directory.valid() && (errno == ENOENT || errno == ENOTDIR || errno == ELOOP)) return entries;
    if (!directory.valid()) return SystemError(errno, "open a directory of a bucket");
    TARN_ASSIGN(const auto found, ReadDirectory(directory.get()));
    for (const DirectoryEntry& entry : found) {
      struct stat status;
      if (entry.is_directory) {
        entries.push_back({entry.name + "/", {}, 0, true});
      } else if (entry.is_regular && fstatat(directory.get(), entry.name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0) {
        entries.push_back({entry.name == kFolderFile ? "" : entry.name, IdentityOf(status),
                           std::max(Nanoseconds(status.st_mtim), Nanoseconds(status.st_ctim))});
      }
    }
    std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.name < b.name; });
    return entries;
  }

  const FileDescriptor& bucket_;
  const std::function<Status(const WalkedFile&)>& visit_;
  int64_t unnamable_ = 0;
};

}  // namespace

Status WalkBucket(const BucketTree& tree, const std::string& bucket,
                  const std::function<Status(const WalkedFile& file)>& visit) {
  TARN_ASSIGN(const FileDescriptor directory, tree.OpenBucket(bucket));
  Walk walk(directory, visit);
  TARN_TRY(walk.Directory(""));
  if (walk.unnamable() > 0) {
    log::Warn("a bucket holds files whose names cannot be keys", {{"bucket", bucket}, {"files", walk.unnamable()}});
  }
  return Ok();
}

bool IsUnfinishedName(std::string_view key) {
  for (size_t begin = 0; begin <= key.size();) {
    const size_t end = std::min(key.find('/', begin), key.size());
    const std::string_view segment = key.substr(begin, end - begin);
    if (segment.starts_with('.') || segment.ends_with(".tmp") || segment.ends_with(".part") || segment == "_temporary") {
      return true;
    }
    begin = end + 1;
  }
  return false;
}

}  // namespace tarn::object_store
