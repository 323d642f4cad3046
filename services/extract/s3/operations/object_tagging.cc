#include "services/extract/s3/configuration/tag_set.h"
#include "services/extract/s3/operations/answers.h"
#include "services/extract/s3/operations/handlers.h"

namespace tarn::extract::s3 {
namespace {

S3Result<http::Response> SetTags(VersionedStore& store, const S3Request& request, const Tags& tags,
                                 int status) {
  TARN_ASSIGN(const object_store::VersionId version, VersionIdOf(request));
  const auto object = store.SetTags(request.bucket, request.key, version, tags);
  if (!object.ok()) return ReadFailure(store, request.bucket, request.key, version, object.error());
  http::Response response = EmptyResponse(status);
  AddVersionHeader(response, *object);
  return response;
}

}  // namespace

S3Result<http::Response> GetObjectTagging(VersionedStore& store, S3Request& request) {
  TARN_ASSIGN(const object_store::VersionId version, VersionIdOf(request));
  const auto object = store.HeadVersion(request.bucket, request.key, version);
  if (!object.ok()) return ReadFailure(store, request.bucket, request.key, version, object.error());
  http::Response response = XmlResponse(RenderTagging(object->attributes.tags));
  AddVersionHeader(response, *object);
  return response;
}

S3Result<http::Response> PutObjectTagging(VersionedStore& store, S3Request& request) {
  TARN_ASSIGN(const std::string document, ReadDocument(request));
  TARN_ASSIGN(const Tags tags, ParseTagging(document, kMaxObjectTags));
  return SetTags(store, request, tags, 200);
}

S3Result<http::Response> DeleteObjectTagging(VersionedStore& store, S3Request& request) {
  return SetTags(store, request, {}, 204);
}

}  // namespace tarn::extract::s3
