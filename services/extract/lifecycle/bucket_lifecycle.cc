#include "services/extract/lifecycle/bucket_lifecycle.h"

#include <algorithm>
#include <utility>

namespace tarn::extract {
namespace {

using object_store::ListedVersion;
using object_store::ObjectInfo;
using object_store::Upload;
using object_store::VersionListRequest;

constexpr const char* kPosition = "lifecycle-position";
constexpr const char* kOperation = "expire";
constexpr int64_t kPage = 1000;
constexpr int kPagesPerPosition = 10;  // storing it costs an fsync

// Somebody was faster: then it is his affair.
Status UnlessChanged(Status status) {
  const bool changed = !status.ok() && (status.error().code() == Code::kNotFound || status.error().code() == Code::kPreconditionFailed);
  return changed ? Ok() : status;
}

template <class T>
Status StatusOf(const Result<T>& result) {
  return result.ok() ? Ok() : Status(result.error());
}

}  // namespace

Result<bool> BucketLifecycle::Run() {
  TARN_ASSIGN(const bool walked, WalkVersions());
  if (!walked) return false;
  return WalkUploads();
}

Result<bool> BucketLifecycle::WalkVersions() {
  VersionListRequest request;
  request.bucket = bucket_.name;
  request.limit = kPage;
  TARN_ASSIGN(request.after_key, LoadPosition());
  bool has_position = !request.after_key.empty();
  for (int pages = 1;; ++pages) {
    if (observer_.stopped()) return false;
    TARN_ASSIGN(const auto page, store_.ListVersions(request));
    for (const ListedVersion& version : page.versions) TARN_TRY(Look(version));
    observer_.looked_at(static_cast<int64_t>(page.versions.size()));
    if (!page.truncated) break;
    request.after_key = page.next_after_key;
    request.after_version = page.next_after_version;
    // The key before this one: of this one there may be more.
    if (pages % kPagesPerPosition == 0 && !page.versions.empty()) {
      const auto before = std::find_if(page.versions.rbegin(), page.versions.rend(),
                                       [&](const ListedVersion& version) { return version.object.key != key_; });
      if (before != page.versions.rend()) {
        TARN_TRY(SavePosition(before->object.key));
        has_position = true;
      }
    }
  }
  TARN_TRY(EndKey());
  if (has_position) TARN_TRY(SavePosition(""));
  return true;
}

Status BucketLifecycle::Look(const ListedVersion& version) {
  if (!in_key_ || version.object.key != key_) {
    TARN_TRY(EndKey());
    in_key_ = true;
    key_ = version.object.key;
    noncurrent_ = 0;
  }
  if (version.is_latest) {
    if (version.object.delete_marker) marker_ = version.object;
    else if (CurrentIsDue(version.object)) return ExpireCurrent(version.object);
    return Ok();
  }
  marker_.reset();  // it hides something
  const int64_t newer = noncurrent_++;
  return NoncurrentIsDue(version, newer) ? Remove(version.object, Expired::kNoncurrent) : Ok();
}

Status BucketLifecycle::EndKey() {
  const auto marker = std::exchange(marker_, std::nullopt);
  return marker && MarkerIsDue(*marker) ? Remove(*marker, Expired::kDeleteMarker) : Ok();
}

bool BucketLifecycle::CurrentIsDue(const ObjectInfo& object) const {
  return std::any_of(configuration_.rules.begin(), configuration_.rules.end(), [&](const s3::LifecycleRule& rule) {
    if (!rule.enabled || !rule.filter.Matches(object)) return false;
    return (rule.expire_at && now_ >= *rule.expire_at) ||
           (rule.expire_after_days && now_ >= s3::DueAfterDays(object.last_modified, *rule.expire_after_days));
  });
}

bool BucketLifecycle::NoncurrentIsDue(const ListedVersion& version, int64_t newer_noncurrent) const {
  return std::any_of(configuration_.rules.begin(), configuration_.rules.end(), [&](const s3::LifecycleRule& rule) {
    if (!rule.enabled || !rule.expire_noncurrent_after_days || !rule.filter.Matches(version.object)) return false;
    if (newer_noncurrent < rule.noncurrent_versions_kept.value_or(0)) return false;
    const Timestamp since = version.noncurrent_since.value_or(version.object.last_modified);
    return now_ >= s3::DueAfterDays(since, *rule.expire_noncurrent_after_days);
  });
}

// A marker with nothing behind it goes by its own element, and by the age that expires objects.
bool BucketLifecycle::MarkerIsDue(const ObjectInfo& marker) const {
  return std::any_of(configuration_.rules.begin(), configuration_.rules.end(), [&](const s3::LifecycleRule& rule) {
    if (!rule.enabled || !rule.filter.MatchesKey(marker.key) || !rule.filter.tags.empty()) return false;
    return rule.expire_lone_delete_markers || (rule.expire_at && now_ >= *rule.expire_at) ||
           (rule.expire_after_days && now_ >= s3::DueAfterDays(marker.last_modified, *rule.expire_after_days));
  });
}

Status BucketLifecycle::ExpireCurrent(const ObjectInfo& object) {
  // Exactly this version: one that was put since then is not to go, even if it has the same content.
  if (bucket_.versioning == object_store::Versioning::kOff) return Remove(object, Expired::kCurrent);
  std::vector<object_store::Change> changes(1);
  changes[0].bucket = object.bucket;
  changes[0].key = object.key;
  changes[0].options.operation = kOperation;
  changes[0].options.if_match_etag = object.etag;
  const auto committed = store_.Commit(std::move(changes), {});
  if (committed.ok()) observer_.expired(Expired::kCurrent);
  return UnlessChanged(StatusOf(committed));
}

Status BucketLifecycle::Remove(const ObjectInfo& version, Expired kind) {
  const auto removed = store_.DeleteVersion(version.bucket, version.key, version.version, kOperation);
  if (removed.ok() && removed->deleted) observer_.expired(kind);
  return UnlessChanged(StatusOf(removed));
}

Result<bool> BucketLifecycle::WalkUploads() {
  const bool wanted = std::any_of(configuration_.rules.begin(), configuration_.rules.end(),
                                  [](const s3::LifecycleRule& rule) { return rule.enabled && rule.abort_uploads_after_days; });
  if (!wanted) return true;
  object_store::UploadListRequest request;
  request.bucket = bucket_.name;
  request.limit = kPage;
  for (;;) {
    if (observer_.stopped()) return false;
    TARN_ASSIGN(const auto uploads, store_.ListUploads(request));
    if (uploads.empty()) return true;
    for (const Upload& upload : uploads) {
      if (!UploadIsDue(upload)) continue;
      const Status aborted = store_.AbortUpload(upload);
      if (aborted.ok()) observer_.expired(Expired::kUpload);
      TARN_TRY(UnlessChanged(aborted));
    }
    request.after_key = uploads.back().key;
    request.after_id = uploads.back().id;
  }
}

bool BucketLifecycle::UploadIsDue(const Upload& upload) const {
  return std::any_of(configuration_.rules.begin(), configuration_.rules.end(), [&](const s3::LifecycleRule& rule) {
    return rule.enabled && rule.abort_uploads_after_days && rule.filter.MatchesKey(upload.key) &&
           now_ >= s3::DueAfterDays(upload.initiated_at, *rule.abort_uploads_after_days);
  });
}

Result<std::string> BucketLifecycle::LoadPosition() {
  TARN_ASSIGN(auto position, store_.BucketDocument(bucket_.name, kPosition));
  return position.value_or("");
}

Status BucketLifecycle::SavePosition(const std::string& key) {
  return store_.SetBucketDocument(bucket_.name, kPosition, key.empty() ? std::nullopt : std::optional(key));
}

}  // namespace tarn::extract
