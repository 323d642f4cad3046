#include "common/object_store/directory_watches.h"

#include <fcntl.h>
#include <sys/inotify.h>

#include <cerrno>
#include <vector>

#include "common/logging/log.h"
#include "common/object_store/names.h"

namespace tarn::object_store {
namespace {

constexpr uint32_t kEvents = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | IN_DELETE | IN_ONLYDIR | IN_EXCL_UNLINK;

std::string PathOf(const DirectoryWatches::Directory& directory) { return directory.bucket + "/" + directory.prefix; }

}  // namespace

Result<DirectoryWatches> DirectoryWatches::Create(const BucketTree& tree, size_t max_directories) {
  FileDescriptor inotify(inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  if (!inotify.valid()) return SystemError(errno, "watch directories");
  return DirectoryWatches(tree, max_directories, std::move(inotify));
}

void DirectoryWatches::AddAll() {
  Watch(tree_->root().get(), {});
  const auto buckets = tree_->Buckets();
  if (!buckets.ok()) return;
  for (const std::string& bucket : *buckets) Add({bucket, ""}, nullptr);
}

void DirectoryWatches::Add(const Directory& directory, const OnFile& on_file) {
  if (!CheckBucketName(directory.bucket).ok()) return;
  const auto bucket = tree_->OpenBucket(directory.bucket);
  if (!bucket.ok()) return;
  std::vector<std::string> prefixes = {directory.prefix};
  while (!prefixes.empty()) {
    const std::string prefix = std::move(prefixes.back());
    prefixes.pop_back();
    const FileDescriptor opened = OpenBeneath(bucket->get(), prefix.empty() ? "." : prefix, O_RDONLY | O_DIRECTORY);
    // Gone, or a link: neither is watched.
    if (!opened.valid() || !Watch(opened.get(), {directory.bucket, prefix})) continue;
    const auto entries = ReadDirectory(opened.get());
    if (!entries.ok()) continue;
    for (const DirectoryEntry& entry : *entries) {
      if (entry.is_directory) prefixes.push_back(prefix + entry.name + "/");
      if (entry.is_regular && on_file) on_file(directory.bucket, KeyOfFile(prefix + entry.name));
    }
  }
}

// Through /proc, so that it is the very directory that was opened below its bucket, whatever its path means now.
bool DirectoryWatches::Watch(int directory, const Directory& named) {
  const std::string path = PathOf(named);
  if (by_watch_.size() >= max_directories_ && !by_path_.contains(path)) {
    if (!std::exchange(incomplete_, true)) {
      log::Warn("too many directories to watch: files in the others are found by the sweep", {{"directories", by_watch_.size()}});
    }
    return false;
  }
  const int watch = inotify_add_watch(inotify_.get(), ("/proc/self/fd/" + std::to_string(directory)).c_str(), kEvents);
  if (watch < 0) {
    if (!std::exchange(incomplete_, true)) log::Warn("a directory cannot be watched", {{"errno", errno}, {"path", path}});
    return false;
  }
  // The same directory under a new name keeps its watch.
  if (const auto before = by_watch_.find(watch); before != by_watch_.end()) by_path_.erase(PathOf(before->second));
  by_watch_[watch] = named;
  by_path_[path] = watch;
  return true;
}

void DirectoryWatches::Remove(const Directory& directory) {
  const std::string path = PathOf(directory);
  for (auto found = by_path_.lower_bound(path); found != by_path_.end() && found->first.starts_with(path);) {
    inotify_rm_watch(inotify_.get(), found->second);
    by_watch_.erase(found->second);
    found = by_path_.erase(found);
  }
}

void DirectoryWatches::Forget(int watch) {
  const auto found = by_watch_.find(watch);
  if (found == by_watch_.end()) return;
  const auto path = by_path_.find(PathOf(found->second));
  if (path != by_path_.end() && path->second == watch) by_path_.erase(path);
  by_watch_.erase(found);
}

const DirectoryWatches::Directory* DirectoryWatches::Find(int watch) const {
  const auto found = by_watch_.find(watch);
  return found == by_watch_.end() ? nullptr : &found->second;
}

}  // namespace tarn::object_store
