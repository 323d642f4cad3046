#include "services/extract/s3/operations/dispatcher.h"

#include "common/object_store/names.h"
#include "services/extract/s3/operations/cors_headers.h"

namespace tarn::extract::s3 {
namespace {

void AddAll(http::Headers& headers, const http::Headers& more) {
  for (const auto& [name, value] : more) headers.Add(name, value);
}

}  // namespace

S3Result<http::Response> Dispatcher::operator()(S3Request& request) const {
  if (request.method() == http::Method::kOptions) return AnswerPreflight(store_, request);
  const http::Headers cors = CorsHeaders(store_, request);
  auto answer = Answer(request);
  if (answer.ok()) {
    AddAll(answer->headers, cors);
    return answer;
  }
  S3Error error = std::move(answer).error();
  AddAll(error.headers, cors);
  return error;
}

S3Result<http::Response> Dispatcher::Answer(S3Request& request) const {
  if (!request.bucket.empty() && !object_store::CheckBucketName(request.bucket).ok()) {
    return S3Error(S3Code::kInvalidBucketName).With("BucketName", request.bucket);
  }
  TARN_ASSIGN(const OperationEntry* operation, FindOperation(request));
  return operation->handler(store_, request);
}

}  // namespace tarn::extract::s3
