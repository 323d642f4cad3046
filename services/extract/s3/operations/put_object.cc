#include "services/extract/s3/operations/answers.h"
#include "services/extract/s3/operations/conditions.h"
#include "services/extract/s3/operations/handlers.h"
#include "services/extract/s3/operations/put_options.h"
#include "services/extract/s3/operations/staging.h"

namespace tarn::extract::s3 {

S3Result<http::Response> PutObject(VersionedStore& store, S3Request& request) {
  // Everything that can be known before the body is: the client may be waiting for "100 Continue".
  TARN_TRY(RefuseUnsupportedHeaders(request));
  TARN_ASSIGN(const PutConditions conditions, ReadPutConditions(request.http.headers));
  TARN_ASSIGN(object_store::PutOptions options, ReadContentOptions(request));
  TARN_ASSIGN(options.attributes.tags, ReadTaggingHeader(request));
  TARN_TRY(CheckStorableKey(request.key));
  TARN_TRY(RequireBucket(store, request.bucket));
  TARN_ASSIGN(const auto payload, Payload::Open(request));
  TARN_ASSIGN(Staged staged, StagePayload(store, *payload));

  options.if_none_match = conditions.if_none_match;
  options.if_match_etag = conditions.if_match_etag;
  options.attributes.checksums = std::move(staged.checksums);
  TARN_ASSIGN(
      const object_store::ObjectInfo object,
      CommitStaged(store, request.bucket, request.key, std::move(staged.content), std::move(options)));
  http::Response response = EmptyResponse(200);
  response.headers.Add("ETag", Quoted(object.etag));
  AddVersionHeader(response, object);
  AddChecksumHeaders(response, object.attributes.checksums);
  return response;
}

}  // namespace tarn::extract::s3
