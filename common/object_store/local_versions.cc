// The part of LocalObjectStore that is VersionedStore's: buckets, versions, uploads.

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>

#include "common/object_store/bucket_table.h"
#include "common/object_store/change_check.h"
#include "common/object_store/file_reader.h"
#include "common/object_store/local_store.h"
#include "common/object_store/names.h"
#include "common/object_store/object_table.h"
#include "common/object_store/version_table.h"

namespace tarn::object_store {
namespace {

constexpr size_t kMaxDocumentBytes = 256 * 1024;

}  // namespace

Status LocalObjectStore::CreateBucket(const std::string& bucket) {
  TARN_TRY(CheckBucketName(bucket));
  return Record([&](Recorder& recorder) -> Status {
    if (tree_.OpenBucket(bucket).ok()) return Error(Code::kConflict, "the bucket exists already: " + bucket);
    // What an earlier bucket of that name left is not the new one's.
    TARN_TRY(EraseBucket(recorder.index(), bucket));
    TARN_TRY(StoreBucket(recorder.index(), {bucket, Now(), Versioning::kOff}));
    return tree_.CreateBucket(bucket);
  });
}

Status LocalObjectStore::DeleteBucket(const std::string& bucket) {
  TARN_TRY(CheckBucket(bucket));
  for (UploadListRequest request{bucket, "", "", "", 1000};;) {
    TARN_ASSIGN(const auto uploads, uploads_->List(request));
    if (uploads.empty()) break;
    for (const Upload& upload : uploads) {
      if (Status aborted = uploads_->Abort(upload); !aborted.ok() && aborted.error().code() != Code::kNotFound) return aborted;
    }
  }
  return Record([&](Recorder& recorder) -> Status {
    TARN_ASSIGN(const auto objects, NextObjects(recorder.index(), bucket, "", 1));
    TARN_ASSIGN(const bool versions, HasVersions(recorder.index(), bucket));
    if (!objects.empty() || versions) {
      return Error(Code::kConflict, "the bucket is not empty (old versions and delete markers count): " + bucket);
    }
    TARN_TRY(EraseBucket(recorder.index(), bucket));
    return tree_.RemoveBucket(bucket);
  });
}

Result<BucketInfo> LocalObjectStore::DescribeBucket(const std::string& bucket) {
  TARN_TRY(CheckBucketName(bucket));
  TARN_ASSIGN(const FileDescriptor directory, tree_.OpenBucket(bucket));
  TARN_ASSIGN(auto connection, index_->Read());
  TARN_ASSIGN(auto info, FindBucket(*connection, bucket));
  if (info) return *std::move(info);
  struct stat status;
  if (fstat(directory.get(), &status) != 0) return SystemError(errno, "look at a bucket");
  return BucketInfo{bucket, FromUnixMillis(int64_t{status.st_mtim.tv_sec} * 1000), Versioning::kOff};
}

Status LocalObjectStore::SetVersioning(const std::string& bucket, Versioning versioning) {
  TARN_ASSIGN(BucketInfo before, DescribeBucket(bucket));
  return Record([&](Recorder& recorder) -> Status {
    TARN_ASSIGN(const auto stored, FindBucket(recorder.index(), bucket));
    BucketInfo info = stored ? *stored : before;
    if (versioning == Versioning::kOff && info.versioning != Versioning::kOff) {
      return Error(Code::kInvalidArgument, "versioning can be suspended, but not be made undone: " + bucket).At("Status");
    }
    info.versioning = versioning;
    return StoreBucket(recorder.index(), info);
  });
}

Result<std::optional<std::string>> LocalObjectStore::BucketDocument(const std::string& bucket, const std::string& name) {
  TARN_TRY(CheckBucket(bucket));
  TARN_ASSIGN(auto connection, index_->Read());
  return FindDocument(*connection, bucket, name);
}

Status LocalObjectStore::SetBucketDocument(const std::string& bucket, const std::string& name,
                                           const std::optional<std::string>& document) {
  TARN_TRY(CheckBucket(bucket));
  if (document && document->size() > kMaxDocumentBytes) {
    return Error(Code::kTooLarge, "a bucket's document has at most 262144 bytes: " + name);
  }
  return Record([&](Recorder& recorder) { return StoreDocument(recorder.index(), bucket, name, document); });
}

Result<ObjectInfo> LocalObjectStore::HeadVersion(const std::string& bucket, const std::string& key,
                                                 const VersionId& version) {
  TARN_TRY(CheckNames(bucket, key));
  TARN_ASSIGN(auto connection, index_->Read());
  TARN_ASSIGN(IndexedObject object, FindIndexed(*connection, bucket, key, version));
  return std::move(object.info);
}

Result<std::unique_ptr<ObjectReader>> LocalObjectStore::GetVersion(const std::string& bucket, const std::string& key,
                                                                   const VersionId& version,
                                                                   std::optional<ByteRange> range) {
  TARN_TRY(CheckNames(bucket, key));
  TARN_ASSIGN(OpenObject object, files_.Open(bucket, key, version));
  return ReadObjectFile(std::move(object), range);
}

Result<VersionPage> LocalObjectStore::ListVersions(const VersionListRequest& request) {
  TARN_TRY(CheckBucket(request.bucket));
  TARN_ASSIGN(auto connection, index_->Read());
  return ListObjectVersions(*connection, request);
}

Result<std::optional<ObjectInfo>> LocalObjectStore::LatestVersion(const std::string& bucket, const std::string& key) {
  TARN_TRY(CheckNames(bucket, key));
  TARN_TRY(CheckBucket(bucket));
  TARN_ASSIGN(auto connection, index_->Read());
  TARN_ASSIGN(auto object, FindObject(*connection, bucket, key));
  if (!object) {
    TARN_ASSIGN(object, NewestVersion(*connection, bucket, key));
    // It may have become the current object between the two looks.
    if (!object) {
      TARN_ASSIGN(object, FindObject(*connection, bucket, key));
    }
  }
  if (!object) return std::optional<ObjectInfo>();
  return std::optional(std::move(object->info));
}

Result<DeleteResult> LocalObjectStore::DeleteVersion(const std::string& bucket, const std::string& key,
                                                     const VersionId& version, const std::string& operation) {
  TARN_TRY(CheckNames(bucket, key));
  TARN_TRY(CheckBucket(bucket));
  DeleteResult result;
  TARN_TRY(Record([&](Recorder& recorder) -> Status {
    TARN_ASSIGN(result, recorder.DeleteVersion(bucket, key, version, operation));
    return Ok();
  }));
  return result;
}

Result<ObjectInfo> LocalObjectStore::ChangeAttributes(const std::string& bucket, const std::string& key,
                                                      const VersionId& version,
                                                      const std::function<void(ObjectAttributes&)>& change) {
  TARN_TRY(CheckNames(bucket, key));
  TARN_TRY(CheckBucket(bucket));
  ObjectInfo changed;
  TARN_TRY(Record([&](Recorder& recorder) -> Status {
    TARN_ASSIGN(IndexedObject object, FindIndexed(recorder.index(), bucket, key, version));
    change(object.info.attributes);
    changed = object.info;
    TARN_ASSIGN(const auto current, FindObject(recorder.index(), bucket, key));
    if (current && current->info.version == object.info.version) return StoreObject(recorder.index(), object);
    return UpdateVersion(recorder.index(), object);
  }));
  return changed;
}

Result<ObjectInfo> LocalObjectStore::SetTags(const std::string& bucket, const std::string& key, const VersionId& version,
                                             const std::map<std::string, std::string>& tags) {
  return ChangeAttributes(bucket, key, version, [&](ObjectAttributes& attributes) { attributes.tags = tags; });
}

Status LocalObjectStore::SetReplicationStatus(const std::string& bucket, const std::string& key,
                                              const VersionId& version, const std::string& status) {
  TARN_TRY(ChangeAttributes(bucket, key, version,
                            [&](ObjectAttributes& attributes) { attributes.replication_status = status; }));
  return Ok();
}

Result<Upload> LocalObjectStore::CreateUpload(const std::string& bucket, const std::string& key,
                                              const PutOptions& options, const std::string& checksum_algorithm,
                                              bool full_object_checksum) {
  TARN_TRY(CheckNames(bucket, key));
  TARN_TRY(CheckBucket(bucket));
  return uploads_->Create(bucket, key, options, checksum_algorithm, full_object_checksum);
}

Result<Upload> LocalObjectStore::GetUpload(const std::string& bucket, const std::string& key, const std::string& id) {
  TARN_TRY(CheckNames(bucket, key));
  return uploads_->Get(bucket, key, id);
}

Result<UploadPart> LocalObjectStore::AddPart(const Upload& upload, int number, std::unique_ptr<StagedObject> content,
                                             const std::map<std::string, std::string>& checksums) {
  TARN_TRY(health_.Check());
  return uploads_->AddPart(upload, number, std::move(content), checksums);
}

Result<std::vector<UploadPart>> LocalObjectStore::ListParts(const Upload& upload, int after_number, int64_t limit) {
  return uploads_->ListParts(upload, after_number, limit);
}

Result<std::vector<Upload>> LocalObjectStore::ListUploads(const UploadListRequest& request) {
  TARN_TRY(CheckBucket(request.bucket));
  return uploads_->List(request);
}

Result<ObjectInfo> LocalObjectStore::CompleteUpload(const Upload& upload, const std::vector<CompletedPart>& parts,
                                                    const CompleteOptions& options) {
  auto completed = uploads_->Complete(upload, parts, options);
  if (completed.ok()) {
    Announce(completed->last_sequence);
    return std::move(completed->objects.front());
  }
  return std::move(completed).error();
}

Result<std::optional<ObjectInfo>> LocalObjectStore::CompletedObject(const std::string& bucket, const std::string& key,
                                                                    const std::string& id,
                                                                    const std::vector<CompletedPart>& parts) {
  TARN_ASSIGN(const auto completed, uploads_->Completed(id));
  if (!completed || completed->bucket != bucket || completed->key != key || completed->parts != Uploads::Describe(parts)) {
    return std::optional<ObjectInfo>();
  }
  auto object = HeadVersion(bucket, key, completed->version);
  if (object.ok()) return std::optional(*std::move(object));
  if (object.error().code() == Code::kNotFound) return std::optional<ObjectInfo>();
  return std::move(object).error();
}

Status LocalObjectStore::AbortUpload(const Upload& upload) { return uploads_->Abort(upload); }

}  // namespace tarn::object_store
