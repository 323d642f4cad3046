#include "services/extract/s3/operations/upload_lookup.h"

#include "services/extract/s3/operations/answers.h"

namespace tarn::extract::s3 {

S3Error UploadFailure(VersionedStore& store, const S3Request& request, const Error& error) {
  if (error.code() == Code::kNotFound) {
    if (auto bucket = RequireBucket(store, request.bucket); !bucket.ok()) return std::move(bucket).error();
    return S3Error(S3Code::kNoSuchUpload).With("UploadId", request.Query("uploadId").value_or(""));
  }
  return ToS3Error(error, S3Code::kNoSuchUpload);
}

S3Result<object_store::Upload> FindUpload(VersionedStore& store, const S3Request& request) {
  auto upload = store.GetUpload(request.bucket, request.key, request.Query("uploadId").value_or(""));
  if (!upload.ok()) return UploadFailure(store, request, upload.error());
  return std::move(upload).value();
}

S3Result<int> PartNumberOf(const S3Request& request) {
  const auto text = request.Query("partNumber");
  const auto number = QueryNumber(request, "partNumber", 0, 1, 10'000);
  if (text && !text->empty() && number.ok()) return static_cast<int>(*number);
  return S3Error(S3Code::kInvalidArgument, "Part number must be an integer between 1 and 10000, inclusive")
      .With("ArgumentName", "partNumber")
      .With("ArgumentValue", text.value_or(""));
}

// SHA-1 and SHA-256 of a whole cannot be had from those of its parts; a CRC-64 is never composite.
S3Result<bool> IsFullObjectChecksum(const S3Request& request, const std::string& algorithm) {
  const auto type = request.Header("x-amz-checksum-type");
  const bool sha = algorithm == "sha1" || algorithm == "sha256";
  if (!type) return algorithm == "crc64nvme";
  const bool fine = !algorithm.empty() &&
                    ((*type == "FULL_OBJECT" && !sha) || (*type == "COMPOSITE" && algorithm != "crc64nvme"));
  if (fine) return *type == "FULL_OBJECT";
  return S3Error(S3Code::kInvalidRequest,
                 "The " + std::string(*type) + " checksum type cannot be used with the " +
                     (algorithm.empty() ? "missing" : algorithm) + " checksum algorithm.");
}

}  // namespace tarn::extract::s3
