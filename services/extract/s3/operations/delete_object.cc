#include "services/extract/s3/operations/deletion.h"

#include "services/extract/s3/operations/answers.h"
#include "services/extract/s3/operations/conditions.h"
#include "services/extract/s3/operations/handlers.h"
#include "services/extract/s3/operations/staging.h"

namespace tarn::extract::s3 {

S3Result<object_store::DeleteResult> DeleteOne(VersionedStore& store, const std::string& bucket,
                                               const std::string& key,
                                               const object_store::VersionId& version,
                                               const std::string& if_match_etag) {
  if (key.size() > 1024) return CheckStorableKey(key).error();
  // What cannot be stored is not there, and deleting what is not there is no error: clients delete "folder/".
  if (!CheckStorableKey(key).ok()) {
    if (!if_match_etag.empty()) return S3Error(S3Code::kNoSuchKey).With("Key", key);
    return object_store::DeleteResult();
  }
  if (!version.empty())
    return Translate(store.DeleteVersion(bucket, key, version, "delete"), S3Code::kNoSuchBucket);
  std::vector<object_store::Change> changes(1);
  changes[0].bucket = bucket;
  changes[0].key = key;
  changes[0].options.operation = "delete";
  changes[0].options.if_match_etag = if_match_etag;
  auto committed = store.Commit(std::move(changes), {});
  if (!committed.ok()) return CommitFailure(store, bucket, key, !if_match_etag.empty(), committed.error());
  object_store::DeleteResult result;
  if (!committed->markers.empty()) result.marker = std::move(committed->markers.front());
  return result;
}

namespace {

// Of all conditions, one entity tag of the current object: that is what the store can weigh as it deletes.
S3Result<std::string> ReadDeleteCondition(const S3Request& request, const object_store::VersionId& version) {
  for (const char* name : {"x-amz-if-match-last-modified-time", "x-amz-if-match-size"}) {
    if (!request.Header(name)) continue;
    return S3Error(S3Code::kNotImplemented, "This condition of deletes is not implemented.").With("Header", name);
  }
  const auto condition = request.Header("If-Match");
  if (!condition) return std::string();
  std::string etag = Unquoted(*condition);
  const bool one = !etag.empty() && etag != "*" && etag.find(',') == std::string::npos;
  if (one && version.empty()) return etag;
  return S3Error(S3Code::kNotImplemented, "Deletes take one entity tag, of the current version, as their condition.")
      .With("Header", "If-Match");
}

}  // namespace

S3Result<http::Response> DeleteObject(VersionedStore& store, S3Request& request) {
  TARN_ASSIGN(const object_store::VersionId version, VersionIdOf(request));
  TARN_ASSIGN(const std::string if_match, ReadDeleteCondition(request, version));
  TARN_TRY(RequireBucket(store, request.bucket));
  TARN_ASSIGN(const object_store::DeleteResult result,
              DeleteOne(store, request.bucket, request.key, version, if_match));
  http::Response response = EmptyResponse(204);
  if (result.marker) {
    response.headers.Add("x-amz-delete-marker", "true");
    response.headers.Add("x-amz-version-id", ShownVersion(*result.marker));
  } else if (!version.empty()) {
    response.headers.Add("x-amz-version-id", version);
  }
  return response;
}

}  // namespace tarn::extract::s3
