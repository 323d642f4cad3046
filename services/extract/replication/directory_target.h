#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <string>

#include "common/object_store/versioned_store.h"
#include "services/extract/replication/target.h"

namespace tarn::extract {

/// A second directory: a Tarn store of its own, with plain files at `<root>/<bucket>/<key>`, that any program can
/// read and another Tarn can serve. Its objects have the replication status REPLICA.
class DirectoryTarget final : public ReplicationTarget {
 public:
  /// `bucket` is the one to write to; empty: that of the source.
  DirectoryTarget(std::filesystem::path root, std::string bucket)
      : root_(std::move(root)), bucket_(std::move(bucket)) {}

  Status Put(const object_store::ObjectInfo& object, const OpenContent& open) override;
  Status Delete(const std::string& bucket, const std::string& key) override;
  Status Check() override;

 private:
  /// Opens the store at first use. Errors: kUnavailable if the directory is not there: an unmounted disk must not be
  /// taken for an empty one.
  Result<object_store::VersionedStore*> Store();
  const std::string& BucketFor(const std::string& source) const { return bucket_.empty() ? source : bucket_; }

  const std::filesystem::path root_;
  const std::string bucket_;
  std::mutex mutex_;
  std::unique_ptr<object_store::VersionedStore> store_;
};

}  // namespace tarn::extract
