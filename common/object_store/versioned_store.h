#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/object_store/object_store.h"
#include "common/result/result.h"
#include "common/time/time.h"

namespace tarn::object_store {

enum class Versioning { kOff, kEnabled, kSuspended };

struct BucketInfo {
  std::string name;
  Timestamp created_at;
  Versioning versioning = Versioning::kOff;
};

/// One version of a key, or a delete marker.
struct ListedVersion {
  ObjectInfo object;
  bool is_latest = false;
  std::optional<Timestamp> noncurrent_since;  ///< when a later version came; of those that are not the latest
};

struct VersionListRequest {
  std::string bucket;
  std::string prefix;
  std::string delimiter;
  std::string after_key;      ///< list what comes after this key and, of this key, after `after_version`
  std::string after_version;  ///< as returned; empty: nothing more of `after_key`
  int64_t limit = 1000;
};

struct VersionPage {
  std::vector<ListedVersion> versions;  ///< by key in byte order, the newest version of a key first
  std::vector<std::string> common_prefixes;
  bool truncated = false;
  std::string next_after_key, next_after_version;
};

/// Which version: empty is the current one, "null" the one written while the bucket was not versioned.
using VersionId = std::string;

struct DeleteResult {
  bool deleted = false;              ///< something was there and is not, or is hidden, now
  std::optional<ObjectInfo> marker;  ///< the delete marker that was made, or that was removed
};

/// An upload in parts that is neither completed nor aborted.
struct Upload {
  std::string id;
  std::string bucket;
  std::string key;
  Timestamp initiated_at;
  PutOptions options;              ///< for the object to be
  std::string checksum_algorithm;  ///< "" or as ObjectAttributes::checksums
  bool full_object_checksum = false;  ///< of the whole object, else of the parts' checksums
};

struct UploadPart {
  int number = 0;  ///< 1 to 10,000
  uint64_t size_bytes = 0;
  std::string etag;
  std::map<std::string, std::string> checksums;
  Timestamp last_modified;
};

struct UploadListRequest {
  std::string bucket;
  std::string prefix;
  std::string after_key;  ///< list uploads after (after_key, after_id); with an empty id: after all of that key
  std::string after_id;
  int64_t limit = 1000;
};

struct CompletedPart {
  int number = 0;
  std::string etag;
  std::map<std::string, std::string> checksums;  ///< compared if given
};

/// What is asked of the object that an upload becomes.
struct CompleteOptions {
  bool if_none_match = false;
  std::string if_match_etag;
  std::optional<uint64_t> size_bytes;  ///< of the whole, compared if given
  /// Sees the content as the parts are joined: to compute a checksum of the whole, or to show progress.
  std::function<void(std::string_view)> observe;
  /// Called with the object's attributes before it is committed: to compare and add its checksums. An error ends it.
  std::function<Status(ObjectAttributes&)> finish;
};

/// Everything S3 does with buckets, versions and uploads in parts, on top of the plain store. Thread-safe.
class VersionedStore : public ObjectStore {
 public:
  /// Errors: kConflict if it exists.
  virtual Status CreateBucket(const std::string& bucket) = 0;
  /// Errors: kNotFound, kConflict unless it is empty (old versions count, unfinished uploads do not: they go along).
  virtual Status DeleteBucket(const std::string& bucket) = 0;
  virtual Result<BucketInfo> DescribeBucket(const std::string& bucket) = 0;
  /// Errors: kNotFound, kInvalidArgument for kOff once it was on.
  virtual Status SetVersioning(const std::string& bucket, Versioning versioning) = 0;

  /// Documents kept with a bucket by name ("lifecycle", "replication", "policy" ...), up to 256 KiB each; what is in
  /// them is their readers' affair. Nothing: there is none. Errors: kNotFound for the bucket.
  virtual Result<std::optional<std::string>> BucketDocument(const std::string& bucket, const std::string& name) = 0;
  /// Nothing removes it. Errors: kNotFound for the bucket, kTooLarge.
  virtual Status SetBucketDocument(const std::string& bucket, const std::string& name,
                                   const std::optional<std::string>& document) = 0;

  /// Errors: kNotFound; kMethodNotAllowed for a version that is a delete marker. A key whose current version is a
  /// delete marker is not found.
  virtual Result<ObjectInfo> HeadVersion(const std::string& bucket, const std::string& key,
                                         const VersionId& version) = 0;
  virtual Result<std::unique_ptr<ObjectReader>> GetVersion(const std::string& bucket, const std::string& key,
                                                           const VersionId& version,
                                                           std::optional<ByteRange> range) = 0;
  virtual Result<VersionPage> ListVersions(const VersionListRequest& request) = 0;
  /// The current version of a key, a delete marker included; nothing if the key was never written.
  virtual Result<std::optional<ObjectInfo>> LatestVersion(const std::string& bucket, const std::string& key) = 0;

  /// Removes one version for good. If it was the current one, the newest that is left becomes current: removing a
  /// delete marker brings the object back. Deleting what is not there is no error. `operation` goes into the events.
  virtual Result<DeleteResult> DeleteVersion(const std::string& bucket, const std::string& key,
                                             const VersionId& version, const std::string& operation) = 0;

  /// Replaces the tags. Errors: kNotFound, kMethodNotAllowed for a delete marker.
  virtual Result<ObjectInfo> SetTags(const std::string& bucket, const std::string& key, const VersionId& version,
                                     const std::map<std::string, std::string>& tags) = 0;
  virtual Status SetReplicationStatus(const std::string& bucket, const std::string& key, const VersionId& version,
                                      const std::string& status) = 0;

  /// Errors: kNotFound for the bucket, kResourceExhausted over 10,000 unfinished uploads of a bucket.
  virtual Result<Upload> CreateUpload(const std::string& bucket, const std::string& key, const PutOptions& options,
                                      const std::string& checksum_algorithm, bool full_object_checksum) = 0;
  /// Errors: kNotFound.
  virtual Result<Upload> GetUpload(const std::string& bucket, const std::string& key, const std::string& id) = 0;
  /// Adds or replaces a part; durable on return. Errors: kNotFound for the upload, kInvalidArgument for the number.
  virtual Result<UploadPart> AddPart(const Upload& upload, int number, std::unique_ptr<StagedObject> content,
                                     const std::map<std::string, std::string>& checksums) = 0;
  virtual Result<std::vector<UploadPart>> ListParts(const Upload& upload, int after_number, int64_t limit) = 0;
  /// In the order of keys, the oldest upload of a key first.
  virtual Result<std::vector<Upload>> ListUploads(const UploadListRequest& request) = 0;
  /// Joins the parts to an object; the upload is gone then (but see CompletedObject). Every part is compared with its MD5 on the way.
  /// Errors: kNotFound; kInvalidArgument with where() = "part:<number>" for one that is missing or differs, "order"
  /// for parts out of order, "parts" for none, "size:<number>" for one under 5 MiB that is not the last, "size" for a
  /// whole of another size; kPreconditionFailed.
  virtual Result<ObjectInfo> CompleteUpload(const Upload& upload, const std::vector<CompletedPart>& parts,
                                            const CompleteOptions& options) = 0;
  /// The object that an upload became when it was completed with the same parts, at most a day ago and if it is still
  /// there: for clients that did not get the answer and ask again.
  virtual Result<std::optional<ObjectInfo>> CompletedObject(const std::string& bucket, const std::string& key,
                                                            const std::string& id,
                                                            const std::vector<CompletedPart>& parts) = 0;
  /// Errors: kNotFound.
  virtual Status AbortUpload(const Upload& upload) = 0;
};

}  // namespace tarn::object_store
