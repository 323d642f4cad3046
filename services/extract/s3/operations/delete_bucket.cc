#include "services/extract/s3/operations/answers.h"
#include "services/extract/s3/operations/handlers.h"

namespace tarn::extract::s3 {

S3Result<http::Response> DeleteBucket(VersionedStore& store, S3Request& request) {
  auto deleted =
      Translate(store.DeleteBucket(request.bucket), S3Code::kNoSuchBucket, S3Code::kBucketNotEmpty);
  if (!deleted.ok()) return std::move(deleted).error().With("BucketName", request.bucket);
  return EmptyResponse(204);
}

}  // namespace tarn::extract::s3
