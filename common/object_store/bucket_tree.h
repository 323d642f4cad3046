#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/object_store/posix_file.h"
#include "common/result/result.h"

namespace tarn::object_store {

/// Directories whose entries were changed and are not durable yet.
class ChangedDirectories {
 public:
  /// Call after the change. A bounded number is kept open: with too many, they are made durable here and now.
  void Add(FileDescriptor directory);
  /// Makes all of them durable. Errors: kInternal, also for one that failed during Add.
  Status Sync();

 private:
  Status SyncKept();

  std::map<uint64_t, FileDescriptor> by_inode_;
  Status failed_;
};

/// A file that is open for reading.
struct OpenFile {
  FileDescriptor file;
  FileIdentity identity;
};

/// The plain files `<root>/<bucket>/<key>`. Every access stays below its bucket, symbolic links notwithstanding.
/// Names must have passed CheckBucketName and CheckKey. What changes directories needs the commit lock.
class BucketTree {
 public:
  /// Errors: kUnavailable if the directory cannot be opened or the kernel has no openat2.
  static Result<BucketTree> Open(const std::filesystem::path& root);

  /// Errors: kConflict if something that is not a directory has the name.
  Status CreateBucket(const std::string& bucket);
  Result<std::vector<std::string>> Buckets() const;
  /// Errors: kNotFound.
  Result<FileDescriptor> OpenBucket(const std::string& bucket) const;

  /// Opens a regular file; nothing if there is none at that key. Errors: kNotFound for the bucket, kInternal.
  Result<std::optional<OpenFile>> Open(const std::string& bucket, const std::string& key) const;

  /// Makes the parents of a key and sees to it that a file may stand there.
  /// Errors: kConflict if a parent is a file or link, or the place is taken by a directory with content.
  Status Prepare(const std::string& bucket, const std::string& key, ChangedDirectories& changed);

  /// Renames `name` of the directory `from` to the key, over what is there. Errors: kConflict, kNotFound if
  /// `name` is missing, kInternal.
  Status MoveIn(int from, const std::string& name, const std::string& bucket, const std::string& key,
                ChangedDirectories& changed);

  /// Removes the file of a key if it is `identity`, then the parents that have become empty.
  Status Remove(const std::string& bucket, const std::string& key, const FileIdentity& identity,
                ChangedDirectories& changed);

  /// Adds the directories from a key's parent up to its bucket, as far as they exist.
  void AddParents(const std::string& bucket, const std::string& key, ChangedDirectories& changed) const;

  /// Removes the empty directories above a key, up to its bucket.
  void RemoveEmptyParents(const std::string& bucket, const std::string& key);

 private:
  explicit BucketTree(FileDescriptor root) : root_(std::move(root)) {}

  FileDescriptor root_;
};

/// Removes a directory if there is nothing in it but empty directories. False if there is.
bool RemoveEmptyTree(int at, const std::string& name);

}  // namespace tarn::object_store
