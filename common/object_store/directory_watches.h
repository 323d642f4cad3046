#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "common/object_store/bucket_tree.h"
#include "common/object_store/posix_file.h"

namespace tarn::object_store {

/// The inotify watches on the directories of all buckets: a bounded number of them. One thread.
class DirectoryWatches {
 public:
  struct Directory {
    std::string bucket;  ///< empty: the root, in which buckets are made
    std::string prefix;  ///< empty or ending with '/'
  };
  /// Told of each file in a directory that is newly watched: it may have been finished before the watch was there.
  using OnFile = std::function<void(const std::string& bucket, const std::string& key)>;

  static Result<DirectoryWatches> Create(const BucketTree& tree, size_t max_directories);

  /// Watches the root and the buckets.
  void AddAll();
  /// Watches a directory and those below it, if it is one.
  void Add(const Directory& directory, const OnFile& on_file);
  /// Forgets a directory that was moved away, and those below it.
  void Remove(const Directory& directory);
  /// The kernel dropped the watch: its directory is gone.
  void Forget(int watch);

  const Directory* Find(int watch) const;
  int descriptor() const { return inotify_.get(); }
  size_t size() const { return by_watch_.size(); }
  /// Some directory is not watched, as there are too many.
  bool incomplete() const { return incomplete_; }

 private:
  DirectoryWatches(const BucketTree& tree, size_t max_directories, FileDescriptor inotify)
      : tree_(&tree), max_directories_(max_directories), inotify_(std::move(inotify)) {}
  bool Watch(int directory, const Directory& named);

  const BucketTree* tree_;
  size_t max_directories_;
  FileDescriptor inotify_;
  std::map<int, Directory> by_watch_;
  std::map<std::string, int> by_path_;  // "<bucket>/<prefix>"
  bool incomplete_ = false;
};

}  // namespace tarn::object_store
