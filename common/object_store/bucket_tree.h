#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/object_store/posix_file.h"
#include "common/result/result.h"

namespace tarn::object_store {

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
  /// Errors: kNotFound, kConflict if there is a file in it.
  Status RemoveBucket(const std::string& bucket);
  Result<std::vector<std::string>> Buckets() const;
  const FileDescriptor& root() const { return root_; }
  /// Errors: kNotFound.
  Result<FileDescriptor> OpenBucket(const std::string& bucket) const;

  /// Opens a regular file; nothing if there is none at that key. Errors: kNotFound for the bucket, kInternal.
  Result<std::optional<OpenFile>> Open(const std::string& bucket, const std::string& key) const;

  /// Makes the parents of a key and sees to it that a file may stand there.
  /// Errors: kConflict if a parent is a file or link, or the place is taken by a directory with content.
  Status Prepare(const std::string& bucket, const std::string& key);

  /// Renames `name` of the directory `from` to the key, over what is there. Errors: kConflict, kNotFound if
  /// `name` is missing, kInternal.
  Status MoveIn(int from, const std::string& name, const std::string& bucket, const std::string& key);

  /// Removes the file of a key if it is `identity`, then the parents that have become empty. With `torn`, which is for
  /// what a power loss may have left, the same file with less content counts too.
  Status Remove(const std::string& bucket, const std::string& key, const FileIdentity& identity, bool torn = false);

  /// Removes the empty directories above a key, up to its bucket.
  void RemoveEmptyParents(const std::string& bucket, const std::string& key);

  /// Makes all that was written to the file system durable, contents and names. Errors: kInternal, kResourceExhausted.
  Status SyncFileSystem() const;

 private:
  explicit BucketTree(FileDescriptor root) : root_(std::move(root)) {}

  FileDescriptor root_;
};

/// Removes a directory if there is nothing in it but empty directories. False if there is.
bool RemoveEmptyTree(int at, const std::string& name);

}  // namespace tarn::object_store
