#include "services/extract/s3/configuration/cors.h"
#include "services/extract/s3/configuration/lifecycle.h"
#include "services/extract/s3/configuration/notification.h"
#include "services/extract/s3/configuration/replication.h"
#include "services/extract/s3/configuration/tag_set.h"
#include "services/extract/s3/operations/answers.h"
#include "services/extract/s3/operations/bucket_documents.h"
#include "services/extract/s3/operations/handlers.h"

namespace tarn::extract::s3 {
namespace {

// Reads the configuration in the body and keeps it as it is rendered: what is stored can always be read.
template <class Configuration>
S3Result<http::Response> PutConfiguration(VersionedStore& store, S3Request& request,
                                          const std::string& name) {
  TARN_ASSIGN(const std::string document, ReadDocument(request));
  TARN_ASSIGN(const Configuration configuration, Configuration::Parse(document));
  return PutBucketDocument(store, request, name, configuration.Render(), 200);
}

}  // namespace

S3Result<http::Response> GetBucketLifecycle(VersionedStore& store, S3Request& request) {
  return GetBucketDocument(store, request, "lifecycle", S3Code::kNoSuchLifecycleConfiguration);
}
S3Result<http::Response> PutBucketLifecycle(VersionedStore& store, S3Request& request) {
  return PutConfiguration<LifecycleConfiguration>(store, request, "lifecycle");
}
S3Result<http::Response> DeleteBucketLifecycle(VersionedStore& store, S3Request& request) {
  return DeleteBucketDocument(store, request, "lifecycle");
}

S3Result<http::Response> GetBucketReplication(VersionedStore& store, S3Request& request) {
  return GetBucketDocument(store, request, "replication", S3Code::kReplicationConfigurationNotFoundError);
}
S3Result<http::Response> PutBucketReplication(VersionedStore& store, S3Request& request) {
  TARN_ASSIGN(const object_store::BucketInfo bucket, RequireBucket(store, request.bucket));
  if (bucket.versioning != object_store::Versioning::kEnabled) {
    return S3Error(S3Code::kInvalidRequest,
                   "Versioning must be 'Enabled' on the bucket to apply a replication configuration");
  }
  return PutConfiguration<ReplicationConfiguration>(store, request, "replication");
}
S3Result<http::Response> DeleteBucketReplication(VersionedStore& store, S3Request& request) {
  return DeleteBucketDocument(store, request, "replication");
}

S3Result<http::Response> GetBucketNotification(VersionedStore& store, S3Request& request) {
  auto answer = GetBucketDocument(store, request, "notification", S3Code::kNotModified);
  if (!answer.ok() && answer.error().code == S3Code::kNotModified)
    return XmlResponse(NotificationConfiguration().Render());
  return answer;
}
S3Result<http::Response> PutBucketNotification(VersionedStore& store, S3Request& request) {
  return PutConfiguration<NotificationConfiguration>(store, request, "notification");
}

S3Result<http::Response> GetBucketCors(VersionedStore& store, S3Request& request) {
  return GetBucketDocument(store, request, "cors", S3Code::kNoSuchCorsConfiguration);
}
S3Result<http::Response> PutBucketCors(VersionedStore& store, S3Request& request) {
  return PutConfiguration<CorsConfiguration>(store, request, "cors");
}
S3Result<http::Response> DeleteBucketCors(VersionedStore& store, S3Request& request) {
  return DeleteBucketDocument(store, request, "cors");
}

S3Result<http::Response> GetBucketTagging(VersionedStore& store, S3Request& request) {
  return GetBucketDocument(store, request, "tagging", S3Code::kNoSuchTagSet);
}
S3Result<http::Response> PutBucketTagging(VersionedStore& store, S3Request& request) {
  TARN_ASSIGN(const std::string document, ReadDocument(request));
  TARN_ASSIGN(const Tags tags, ParseTagging(document, kMaxBucketTags));
  return PutBucketDocument(store, request, "tagging", RenderTagging(tags), 204);
}
S3Result<http::Response> DeleteBucketTagging(VersionedStore& store, S3Request& request) {
  return DeleteBucketDocument(store, request, "tagging");
}

}  // namespace tarn::extract::s3
