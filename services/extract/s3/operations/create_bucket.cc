#include "common/object_store/names.h"
#include "services/extract/s3/operations/answers.h"
#include "services/extract/s3/operations/handlers.h"
#include "services/extract/s3/wire/payload.h"
#include "services/extract/s3/wire/xml_reader.h"

namespace tarn::extract::s3 {
namespace {

// The body may ask for a region: any will do, since there is one place only.
S3Status CheckConfiguration(S3Request& request) {
  TARN_ASSIGN(auto payload, Payload::Open(request));
  TARN_ASSIGN(const std::string document, payload->ReadAll(64 * 1024));
  if (document.empty()) return {};
  TARN_ASSIGN(const XmlElement root, ReadXml(document));
  if (root.name != "CreateBucketConfiguration") return S3Error(S3Code::kMalformedXml);
  return {};
}

}  // namespace

S3Result<http::Response> CreateBucket(VersionedStore& store, S3Request& request) {
  TARN_TRY(CheckConfiguration(request));
  if (request.Header("x-amz-bucket-object-lock-enabled") == "true") {
    return S3Error(S3Code::kNotImplemented, "Object lock is not implemented.");
  }
  auto created =
      Translate(store.CreateBucket(request.bucket), S3Code::kNoSuchBucket, S3Code::kBucketAlreadyOwnedByYou);
  if (!created.ok()) return std::move(created).error().With("BucketName", request.bucket);
  http::Response response = EmptyResponse(200);
  response.headers.Add("Location", "/" + request.bucket);
  return response;
}

}  // namespace tarn::extract::s3
