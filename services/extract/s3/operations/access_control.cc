#include "services/extract/s3/operations/answers.h"
#include "services/extract/s3/operations/handlers.h"
#include "services/extract/s3/wire/payload.h"

namespace tarn::extract::s3 {
namespace {

// One owner with full control, always.
http::Response FixedAcl() {
  XmlWriter xml("AccessControlPolicy");
  WriteOwner(xml, "Owner");
  xml.Open("AccessControlList").Open("Grant");
  xml.Open("Grantee",
           {{"xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance"}, {"xsi:type", "CanonicalUser"}});
  xml.Text("ID", OwnerId()).Text("DisplayName", "tarn").Close();
  xml.Text("Permission", "FULL_CONTROL");
  return XmlResponse(std::move(xml).Finish());
}

// What says the same as the ACL that there is may be put; anything else would be a promise that is not kept.
S3Status CheckPutAcl(S3Request& request) {
  TARN_ASSIGN(const auto payload, Payload::Open(request));
  TARN_ASSIGN(const std::string document, payload->ReadAll(64 * 1024));
  const std::string_view canned = request.Header("x-amz-acl").value_or("");
  if (canned == "private" || canned == "bucket-owner-full-control") return {};
  if (!document.empty() && document.find("AllUsers") == std::string::npos && canned.empty() &&
      document.find(OwnerId()) != std::string::npos &&
      document.find("<Grant>") == document.rfind("<Grant>")) {
    return {};
  }
  return S3Error(S3Code::kNotImplemented,
                 "Access control lists are not implemented: the owner has full control.");
}

}  // namespace

S3Result<http::Response> GetBucketAcl(VersionedStore& store, S3Request& request) {
  TARN_TRY(RequireBucket(store, request.bucket));
  return FixedAcl();
}

S3Result<http::Response> PutBucketAcl(VersionedStore& store, S3Request& request) {
  TARN_TRY(CheckPutAcl(request));
  TARN_TRY(RequireBucket(store, request.bucket));
  return EmptyResponse(200);
}

S3Result<http::Response> GetObjectAcl(VersionedStore& store, S3Request& request) {
  TARN_ASSIGN(const object_store::VersionId version, VersionIdOf(request));
  const auto object = store.HeadVersion(request.bucket, request.key, version);
  if (!object.ok()) return ReadFailure(store, request.bucket, request.key, version, object.error());
  http::Response response = FixedAcl();
  AddVersionHeader(response, *object);
  return response;
}

S3Result<http::Response> PutObjectAcl(VersionedStore& store, S3Request& request) {
  TARN_TRY(CheckPutAcl(request));
  TARN_TRY(GetObjectAcl(store, request));
  return EmptyResponse(200);
}

}  // namespace tarn::extract::s3
