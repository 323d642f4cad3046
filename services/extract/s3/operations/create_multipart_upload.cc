#include "common/checksums/checksum.h"
#include "services/extract/s3/operations/answers.h"
#include "services/extract/s3/operations/handlers.h"
#include "services/extract/s3/operations/put_options.h"
#include "services/extract/s3/operations/upload_lookup.h"

namespace tarn::extract::s3 {
namespace {

std::string Upper(std::string text) {
  for (char& c : text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  return text;
}

S3Result<std::string> ReadAlgorithm(const S3Request& request) {
  const auto asked = request.Header("x-amz-checksum-algorithm");
  if (!asked) return std::string();
  const auto algorithm = checksums::ParseAlgorithm(*asked);
  if (algorithm && *algorithm != checksums::Algorithm::kMd5)
    return std::string(checksums::AlgorithmName(*algorithm));
  return S3Error(S3Code::kInvalidRequest, "Checksum algorithm provided is unsupported.");
}

}  // namespace

S3Result<http::Response> CreateMultipartUpload(VersionedStore& store, S3Request& request) {
  TARN_TRY(RefuseUnsupportedHeaders(request));
  TARN_TRY(CheckStorableKey(request.key));
  TARN_ASSIGN(object_store::PutOptions options, ReadContentOptions(request));
  TARN_ASSIGN(options.attributes.tags, ReadTaggingHeader(request));
  options.operation = "complete_upload";
  TARN_ASSIGN(const std::string algorithm, ReadAlgorithm(request));
  TARN_ASSIGN(const bool full_object, IsFullObjectChecksum(request, algorithm));
  TARN_TRY(RequireBucket(store, request.bucket));
  TARN_ASSIGN(const object_store::Upload upload,
              Translate(store.CreateUpload(request.bucket, request.key, options, algorithm, full_object),
                        S3Code::kNoSuchBucket));
  XmlWriter xml("InitiateMultipartUploadResult");
  xml.Text("Bucket", request.bucket).Text("Key", request.key).Text("UploadId", upload.id);
  http::Response response = XmlResponse(std::move(xml).Finish());
  if (!algorithm.empty()) {
    response.headers.Add("x-amz-checksum-algorithm", Upper(algorithm));
    response.headers.Add("x-amz-checksum-type", full_object ? "FULL_OBJECT" : "COMPOSITE");
  }
  return response;
}

}  // namespace tarn::extract::s3
