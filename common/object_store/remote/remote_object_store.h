#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>

#include "common/object_store/object_store.h"
#include "common/s3_client/client.h"

namespace tarn::object_store {

struct RemoteStoreOptions {
  std::filesystem::path root;  ///< for the index, staging, scratch and pins; the content is not in it
  std::string writer;          ///< the service's name, recorded in its events
  s3_client::Options s3;       ///< the bucket that holds the content
  std::string prefix;          ///< before all keys: content is at `<prefix><bucket>/<key>`
};

/// Opens an object store whose content is in a bucket at an S3-compatible endpoint, as plain objects that any client
/// can read, while `<root>/.tarn/` holds the index (SQLite) and what is staged. The index is the commit point: a
/// commit that returned is durable on this disk, and at the endpoint as well unless that is away; then it is sent as
/// soon as the endpoint answers again, and read from staging until then. All processes that share the store share
/// `root`. No versions: see VersionedStore for those. Errors: kInvalidArgument for the options, kUnavailable,
/// kInternal.
Result<std::unique_ptr<ObjectStore>> OpenRemoteStore(const RemoteStoreOptions& options);

/// Finds objects that other programs put into, changed in or removed from the endpoint's bucket, and commits them to
/// the index with events. Objects younger than `settle` are left for the next time. A bucket of the store that the
/// index does not know is left alone. Returns how many changes it found. Errors: kInvalidArgument if `store` is not a
/// remote one, and those of the endpoint.
Result<int64_t> AdoptForeignObjects(ObjectStore& store, std::chrono::milliseconds settle);

}  // namespace tarn::object_store
