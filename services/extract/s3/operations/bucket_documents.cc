#include "services/extract/s3/operations/bucket_documents.h"

#include "services/extract/s3/operations/answers.h"

namespace tarn::extract::s3 {
namespace {

template <class T>
S3Result<T> InBucket(const S3Request& request, Result<T> result) {
  auto translated = Translate(std::move(result), S3Code::kNoSuchBucket);
  if (!translated.ok()) return std::move(translated).error().With("BucketName", request.bucket);
  return translated;
}

}  // namespace

S3Result<http::Response> GetBucketDocument(VersionedStore& store, const S3Request& request,
                                           const std::string& name, S3Code missing) {
  TARN_ASSIGN(auto document, InBucket(request, store.BucketDocument(request.bucket, name)));
  if (!document) return S3Error(missing).With("BucketName", request.bucket);
  return XmlResponse(std::move(*document));
}

S3Result<http::Response> PutBucketDocument(VersionedStore& store, const S3Request& request,
                                           const std::string& name, const std::string& document, int status) {
  TARN_TRY(InBucket(request, store.SetBucketDocument(request.bucket, name, document)));
  return EmptyResponse(status);
}

S3Result<http::Response> DeleteBucketDocument(VersionedStore& store, const S3Request& request,
                                              const std::string& name) {
  TARN_TRY(InBucket(request, store.SetBucketDocument(request.bucket, name, std::nullopt)));
  return EmptyResponse(204);
}

}  // namespace tarn::extract::s3
