#include "services/extract/s3/operations/answers.h"
#include "services/extract/s3/operations/handlers.h"
#include "services/extract/s3/operations/upload_lookup.h"

namespace tarn::extract::s3 {

S3Result<http::Response> AbortMultipartUpload(VersionedStore& store, S3Request& request) {
  TARN_ASSIGN(const object_store::Upload upload, FindUpload(store, request));
  const Status aborted = store.AbortUpload(upload);
  if (!aborted.ok()) return UploadFailure(store, request, aborted.error());
  return EmptyResponse(204);
}

}  // namespace tarn::extract::s3
