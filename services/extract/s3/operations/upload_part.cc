#include "services/extract/s3/operations/answers.h"
#include "services/extract/s3/operations/handlers.h"
#include "services/extract/s3/operations/put_options.h"
#include "services/extract/s3/operations/staging.h"
#include "services/extract/s3/operations/upload_lookup.h"

namespace tarn::extract::s3 {

S3Result<http::Response> UploadPart(VersionedStore& store, S3Request& request) {
  TARN_TRY(RefuseUnsupportedHeaders(request));
  TARN_ASSIGN(const int number, PartNumberOf(request));
  TARN_ASSIGN(const object_store::Upload upload, FindUpload(store, request));
  PayloadOptions options;
  if (const auto algorithm = checksums::ParseAlgorithm(upload.checksum_algorithm)) {
    options.also_compute.push_back(*algorithm);
  }
  TARN_ASSIGN(const auto payload, Payload::Open(request, options));
  TARN_ASSIGN(Staged staged, StagePayload(store, *payload));
  const auto part = store.AddPart(upload, number, std::move(staged.content), staged.checksums);
  if (!part.ok()) return UploadFailure(store, request, part.error());
  http::Response response = EmptyResponse(200);
  response.headers.Add("ETag", Quoted(part->etag));
  for (const auto& [algorithm, value] : staged.checksums)
    response.headers.Add("x-amz-checksum-" + algorithm, value);
  return response;
}

}  // namespace tarn::extract::s3
