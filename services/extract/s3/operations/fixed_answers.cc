#include "services/extract/s3/operations/answers.h"
#include "services/extract/s3/operations/handlers.h"

namespace tarn::extract::s3 {
namespace {

S3Result<http::Response> Missing(VersionedStore& store, const S3Request& request, S3Code code) {
  TARN_TRY(RequireBucket(store, request.bucket));
  return S3Error(code).With("BucketName", request.bucket);
}

S3Result<http::Response> EmptyDocument(VersionedStore& store, const S3Request& request,
                                       std::string_view root) {
  TARN_TRY(RequireBucket(store, request.bucket));
  return XmlResponse(XmlWriter(root).Finish());
}

}  // namespace

// An empty constraint is us-east-1.
S3Result<http::Response> GetBucketLocation(VersionedStore& store, S3Request& request) {
  return EmptyDocument(store, request, "LocationConstraint");
}

S3Result<http::Response> GetBucketRequestPayment(VersionedStore& store, S3Request& request) {
  TARN_TRY(RequireBucket(store, request.bucket));
  XmlWriter xml("RequestPaymentConfiguration");
  xml.Text("Payer", "BucketOwner");
  return XmlResponse(std::move(xml).Finish());
}

S3Result<http::Response> GetBucketLogging(VersionedStore& store, S3Request& request) {
  return EmptyDocument(store, request, "BucketLoggingStatus");
}

S3Result<http::Response> GetBucketAccelerate(VersionedStore& store, S3Request& request) {
  return EmptyDocument(store, request, "AccelerateConfiguration");
}

S3Result<http::Response> GetBucketEncryption(VersionedStore& store, S3Request& request) {
  return Missing(store, request, S3Code::kServerSideEncryptionConfigurationNotFoundError);
}

S3Result<http::Response> GetObjectLock(VersionedStore& store, S3Request& request) {
  return Missing(store, request, S3Code::kObjectLockConfigurationNotFoundError);
}

S3Result<http::Response> GetPublicAccessBlock(VersionedStore& store, S3Request& request) {
  return Missing(store, request, S3Code::kNoSuchPublicAccessBlockConfiguration);
}

S3Result<http::Response> GetOwnershipControls(VersionedStore& store, S3Request& request) {
  return Missing(store, request, S3Code::kOwnershipControlsNotFoundError);
}

S3Result<http::Response> GetBucketWebsite(VersionedStore& store, S3Request& request) {
  return Missing(store, request, S3Code::kNoSuchWebsiteConfiguration);
}

}  // namespace tarn::extract::s3
