#include "services/extract/s3/operations/dispatcher.h"

#include "common/object_store/names.h"
#include "services/extract/s3/operations/cors_headers.h"

namespace tarn::extract::s3 {
namespace {

// A browser sends simple requests of any page to any address, loopback included, where nobody has to sign
// them while no access key exists. What a page of this machine or one that the bucket's rules name may do,
// others may not.
bool IsForgery(const S3Request& request, const http::Headers& cors) {
  const auto origin = request.Header("Origin");
  const bool reads = request.method() == http::Method::kGet || request.method() == http::Method::kHead;
  if (!origin || reads || !request.principal().local || cors.Find("Access-Control-Allow-Origin"))
    return false;
  const size_t scheme = origin->find("://");
  if (scheme == std::string_view::npos) return true;
  const std::string_view host = origin->substr(scheme + 3);
  for (const std::string_view own : {"localhost", "127.0.0.1", "[::1]"}) {
    if (host == own || (host.starts_with(own) && host.substr(own.size()).starts_with(':'))) return false;
  }
  return true;
}

void AddAll(http::Headers& headers, const http::Headers& more) {
  for (const auto& [name, value] : more) headers.Add(name, value);
}

}  // namespace

S3Result<http::Response> Dispatcher::operator()(S3Request& request) const {
  if (request.method() == http::Method::kOptions) return AnswerPreflight(store_, request);
  const http::Headers cors = CorsHeaders(store_, request);
  if (IsForgery(request, cors)) {
    return S3Error(S3Code::kAccessDenied,
                   "Pages from elsewhere may not change anything here without a signature or a "
                   "CORS rule of the bucket.");
  }
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
