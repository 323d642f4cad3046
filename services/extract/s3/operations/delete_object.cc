#include "services/extract/s3/operations/deletion.h"

#include "services/extract/s3/operations/answers.h"
#include "services/extract/s3/operations/handlers.h"

namespace tarn::extract::s3 {

S3Result<object_store::DeleteResult> DeleteOne(VersionedStore& store, const std::string& bucket,
                                               const std::string& key,
                                               const object_store::VersionId& version) {
  if (key.size() > 1024) return CheckStorableKey(key).error();
  // What cannot be stored is not there, and deleting what is not there is no error: clients delete "folder/".
  if (!CheckStorableKey(key).ok()) return object_store::DeleteResult();
  if (!version.empty())
    return Translate(store.DeleteVersion(bucket, key, version, "delete"), S3Code::kNoSuchBucket);
  std::vector<object_store::Change> changes(1);
  changes[0].bucket = bucket;
  changes[0].key = key;
  changes[0].options.operation = "delete";
  TARN_ASSIGN(object_store::CommitResult committed,
              Translate(store.Commit(std::move(changes), {}), S3Code::kNoSuchBucket));
  object_store::DeleteResult result;
  if (!committed.markers.empty()) result.marker = std::move(committed.markers.front());
  return result;
}

S3Result<http::Response> DeleteObject(VersionedStore& store, S3Request& request) {
  for (const char* name : {"If-Match", "x-amz-if-match-last-modified-time", "x-amz-if-match-size"}) {
    if (!request.Header(name)) continue;
    return S3Error(S3Code::kNotImplemented, "Conditional deletes are not implemented.").With("Header", name);
  }
  TARN_ASSIGN(const object_store::VersionId version, VersionIdOf(request));
  TARN_TRY(RequireBucket(store, request.bucket));
  TARN_ASSIGN(const object_store::DeleteResult result,
              DeleteOne(store, request.bucket, request.key, version));
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
