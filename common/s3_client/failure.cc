#include "common/s3_client/failure.h"

#include <set>
#include <string_view>

#include "common/s3_client/answer_xml.h"

namespace tarn::s3_client {
namespace {

constexpr size_t kMaxMessage = 300;

std::string CodeOfStatus(int status) {
  switch (status) {
    case 301: case 307: return "PermanentRedirect";
    case 304: return "NotModified";
    case 400: return "BadRequest";
    case 401: case 403: return "AccessDenied";
    case 404: return "NotFound";
    case 405: return "MethodNotAllowed";
    case 409: return "Conflict";
    case 412: return "PreconditionFailed";
    case 416: return "InvalidRange";
    case 429: case 503: return "SlowDown";
    default: return status >= 500 ? "InternalError" : "HTTP " + std::to_string(status);
  }
}

std::string Printable(const std::string& text) {
  std::string printable;
  for (const char c : text.substr(0, kMaxMessage)) printable += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  return printable;
}

Code CodeOf(const Refusal& refusal) {
  static const std::set<std::string_view> kUnauthenticated = {
      "InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "InvalidToken", "RequestTimeTooSkewed",
      "AuthorizationHeaderMalformed"};
  static const std::set<std::string_view> kDamaged = {"BadDigest", "XAmzContentSHA256Mismatch", "IncompleteBody"};
  if (kUnauthenticated.contains(refusal.code)) return Code::kUnauthenticated;
  if (kDamaged.contains(refusal.code)) return Code::kUnavailable;
  if (refusal.code == "EntityTooLarge") return Code::kTooLarge;
  if (refusal.code == "QuotaExceeded" || refusal.status == 507) return Code::kResourceExhausted;
  if (refusal.WorthRepeating()) return Code::kUnavailable;
  switch (refusal.status) {
    case 401: return Code::kUnauthenticated;
    case 403: return Code::kPermissionDenied;
    case 404: case 410: return Code::kNotFound;
    case 405: case 501: return Code::kMethodNotAllowed;
    case 409: return Code::kConflict;
    case 304: case 412: return Code::kPreconditionFailed;
    case 413: return Code::kTooLarge;
    default: return Code::kInvalidArgument;
  }
}

}  // namespace

bool Refusal::WorthRepeating() const {
  static const std::set<std::string_view> kPassing = {"RequestTimeout", "SlowDown", "Throttling", "InternalError",
                                                      "ServiceUnavailable", "OperationAborted",
                                                      "ConditionalRequestConflict", "BadDigest", "IncompleteBody"};
  return status == 429 || (status >= 500 && status != 501 && status != 507) || kPassing.contains(code);
}

Refusal ReadRefusal(const http_client::Response& response) {
  Refusal refusal;
  refusal.status = response.status;
  if (const auto region = response.Header("x-amz-bucket-region")) refusal.region = Printable(std::string(*region));
  const auto answer = ParseAnswer(response.body);
  if (answer.ok() && answer->name == "Error") {
    refusal.code = Printable(answer->Text("Code"));
    refusal.message = Printable(answer->Text("Message"));
    if (refusal.region.empty()) refusal.region = Printable(answer->Text("Region"));
  }
  if (refusal.code.empty()) refusal.code = CodeOfStatus(response.status);
  return refusal;
}

Error ToError(const Refusal& refusal, const std::string& doing) {
  std::string message = doing + " was refused: " + refusal.code;
  if (!refusal.message.empty()) message += " (" + refusal.message + ")";
  if (refusal.status == 301 || refusal.code == "AuthorizationHeaderMalformed") {
    message += refusal.region.empty() ? "; the bucket is in another region or at another endpoint"
                                      : "; the bucket is in the region " + refusal.region;
  }
  return Error(CodeOf(refusal), message).At(refusal.code);
}

}  // namespace tarn::s3_client
