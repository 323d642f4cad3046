#pragma once

#include <functional>
#include <string>

#include "common/object_store/bucket_tree.h"
#include "common/object_store/posix_file.h"

namespace tarn::object_store {

/// A regular file that stands in a bucket.
struct WalkedFile {
  std::string key;
  FileIdentity identity;
  int64_t settled_ns = 0;  ///< when content, name or place last changed: the later of mtime and ctime
};

/// Visits every regular file of a bucket in the byte order of keys, without following links. Memory is bounded by
/// the largest directory. Names that no key can have are passed over with a warning. Stops at the first error of `visit`.
Status WalkBucket(const BucketTree& tree, const std::string& bucket,
                  const std::function<Status(const WalkedFile& file)>& visit);

/// True for a name that programs give to files they are not done with: one that starts with '.' or ends in ".tmp" or
/// ".part", or that lies below a directory of such a name or `_temporary`.
bool IsUnfinishedName(std::string_view key);

}  // namespace tarn::object_store
