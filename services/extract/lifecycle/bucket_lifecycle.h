#pragma once

#include <functional>
#include <optional>
#include <string>

#include "common/object_store/versioned_store.h"
#include "common/result/result.h"
#include "common/time/time.h"
#include "services/extract/s3/configuration/lifecycle.h"

namespace tarn::extract {

/// What a lifecycle rule removes.
enum class Expired { kCurrent, kNoncurrent, kDeleteMarker, kUpload };

/// Carries out the lifecycle configuration of one bucket as of one moment: walks all versions and unfinished uploads, a
/// page at a time, and removes what is due. What changed since it was listed is left alone. The position is kept with
/// the bucket (document "lifecycle-position"), so that a walk that was broken off goes on where it was.
/// Source: "Lifecycle configuration elements", Amazon S3 User Guide.
class BucketLifecycle {
 public:
  struct Observer {
    std::function<bool()> stopped;
    std::function<void(Expired kind)> expired;
    std::function<void(int64_t versions)> looked_at;
  };

  BucketLifecycle(object_store::VersionedStore& store, const object_store::BucketInfo& bucket,
                  const s3::LifecycleConfiguration& configuration, Timestamp now, const Observer& observer)
      : store_(store), bucket_(bucket), configuration_(configuration), now_(now), observer_(observer) {}

  /// True if it came to the end, false if it was stopped. Errors: those of the store.
  Result<bool> Run();

 private:
  Result<bool> WalkVersions();
  Status Look(const object_store::ListedVersion& version);
  Status EndKey();
  bool CurrentIsDue(const object_store::ObjectInfo& object) const;
  bool NoncurrentIsDue(const object_store::ListedVersion& version, int64_t newer_noncurrent) const;
  bool MarkerIsDue(const object_store::ObjectInfo& marker) const;
  Status ExpireCurrent(const object_store::ObjectInfo& object);
  Status Remove(const object_store::ObjectInfo& version, Expired kind);
  Result<bool> WalkUploads();
  bool UploadIsDue(const object_store::Upload& upload) const;
  Result<std::string> LoadPosition();
  Status SavePosition(const std::string& key);

  object_store::VersionedStore& store_;
  const object_store::BucketInfo& bucket_;
  const s3::LifecycleConfiguration& configuration_;
  const Timestamp now_;
  const Observer& observer_;

  // Of the key that the walk is in.
  std::string key_;
  bool in_key_ = false;
  int64_t noncurrent_ = 0;                          // seen so far
  std::optional<object_store::ObjectInfo> marker_;  // that is the current version, and the only one so far
};

}  // namespace tarn::extract
