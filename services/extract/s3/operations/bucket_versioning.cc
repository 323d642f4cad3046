#include "services/extract/s3/operations/answers.h"
#include "services/extract/s3/operations/handlers.h"
#include "services/extract/s3/wire/xml_reader.h"

namespace tarn::extract::s3 {

using object_store::Versioning;

S3Result<http::Response> GetBucketVersioning(VersionedStore& store, S3Request& request) {
  TARN_ASSIGN(const object_store::BucketInfo bucket, RequireBucket(store, request.bucket));
  XmlWriter xml("VersioningConfiguration");
  if (bucket.versioning == Versioning::kEnabled) xml.Text("Status", "Enabled");
  if (bucket.versioning == Versioning::kSuspended) xml.Text("Status", "Suspended");
  return XmlResponse(std::move(xml).Finish());
}

S3Result<http::Response> PutBucketVersioning(VersionedStore& store, S3Request& request) {
  TARN_ASSIGN(const std::string document, ReadDocument(request));
  TARN_ASSIGN(const XmlElement root, ReadXml(document));
  if (root.name != "VersioningConfiguration") return S3Error(S3Code::kMalformedXml);
  if (root.ChildText("MfaDelete") == "Enabled")
    return S3Error(S3Code::kNotImplemented, "MFA delete is not implemented.");
  const auto status = root.ChildText("Status");
  if (status != "Enabled" && status != "Suspended") {
    return S3Error(S3Code::kIllegalVersioningConfigurationException,
                   "The Versioning element must be specified: Enabled or Suspended");
  }
  const bool enabled = status == "Enabled";
  TARN_TRY(RequireBucket(store, request.bucket));
  if (!enabled) {
    TARN_ASSIGN(const auto replication,
                Translate(store.BucketDocument(request.bucket, "replication"), S3Code::kNoSuchBucket));
    if (replication) {
      return S3Error(S3Code::kInvalidBucketState,
                     "A replication configuration is present on this bucket, so the "
                     "versioning state cannot be changed.");
    }
  }
  TARN_TRY(
      Translate(store.SetVersioning(request.bucket, enabled ? Versioning::kEnabled : Versioning::kSuspended),
                S3Code::kNoSuchBucket));
  return EmptyResponse(200);
}

}  // namespace tarn::extract::s3
