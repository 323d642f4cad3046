#include "services/extract/s3/operations/answers.h"
#include "services/extract/s3/operations/handlers.h"

namespace tarn::extract::s3 {

S3Result<http::Response> HeadBucket(VersionedStore& store, S3Request& request) {
  TARN_TRY(RequireBucket(store, request.bucket));
  http::Response response = EmptyResponse(200);
  response.headers.Add("x-amz-bucket-region", "us-east-1");
  response.headers.Add("Content-Type", "application/xml");
  return response;
}

}  // namespace tarn::extract::s3
