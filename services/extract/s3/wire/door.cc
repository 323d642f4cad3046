#include "services/extract/s3/wire/door.h"

#include <memory>
#include <set>

#include "services/extract/s3/wire/address.h"
#include "services/extract/s3/wire/host_id.h"

namespace tarn::extract::s3 {
namespace {

using http::Request;
using http::Response;

// Over the largest object that one request may bring (5 GiB), for what the framing adds.
constexpr uint64_t kMaxWireBytes = uint64_t{6} << 30;
constexpr uint64_t kMaxDrained = 64 * 1024;

void AddIdentity(Response& response, const std::string& request_id) {
  response.headers.Set("x-amz-request-id", request_id);
  response.headers.Set("x-amz-id-2", HostId());
}

// What is stored may be a page with a script. Shown by a browser, it must not act in the door's origin, which needs no
// signature while no key exists.
void ForbidScripts(Response& response) {
  response.headers.Set("Content-Security-Policy", "sandbox; default-src 'none'");
}

// Which of several is meant would be anybody's guess. Metadata is joined, as S3 does.
S3Status CheckHeadersOnce(const http::Headers& headers) {
  std::set<std::string> seen;
  for (const auto& [name, value] : headers) {
    std::string lower = name;
    for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    if (!lower.starts_with("x-amz-") || lower.starts_with("x-amz-meta-")) continue;
    if (seen.insert(lower).second) continue;
    return S3Error(S3Code::kInvalidRequest, "A header that may stand once stands several times.").With("Header", lower);
  }
  return {};
}

// Reads what a handler left of a small body, so that the connection can take the next request. One that the client has
// not been asked for (Expect) stays where it is.
void DrainBody(Request& request) {
  if (!request.body_reader || request.Header("Expect")) return;
  char block[4096];
  for (uint64_t drained = 0; drained < kMaxDrained;) {
    const auto count = request.body_reader->Read(block, sizeof block);
    if (!count.ok() || *count == 0) return;
    drained += *count;
  }
}

S3Error ToS3Error(const http::Refusal& refusal) {
  const auto as = [&](S3Code code) {
    S3Error error(code, refusal.detail);
    error.status = refusal.status;
    return error;
  };
  switch (refusal.status) {
    case 400:
      if (refusal.where == "end of body") return S3Error(S3Code::kIncompleteBody);
      if (refusal.where == "path" || refusal.where.starts_with("query")) return as(S3Code::kInvalidUri);
      return as(S3Code::kBadRequest);
    case 403:
      return as(S3Code::kAccessDenied);
    case 405:
      return S3Error(S3Code::kMethodNotAllowed);
    case 408:
      return S3Error(S3Code::kRequestTimeout);
    case 413:
      return S3Error(S3Code::kEntityTooLarge);
    case 500:
      return S3Error(S3Code::kInternalError);
    case 501:
      return as(S3Code::kNotImplemented);
    case 503:
      return as(S3Code::kSlowDown);
    default:
      return as(S3Code::kBadRequest);
  }
}

class Door {
 public:
  Door(DoorOptions options, const Authenticator& authenticator, Operation operation)
      : options_(std::move(options)), authenticator_(authenticator), operation_(std::move(operation)) {}

  Response Handle(Request& request) const {
    const std::string request_id = NewRequestId();
    bool admitted = false, has_signed = false;
    auto answer = Answer(request, request_id, &admitted, &has_signed);
    // Strangers get no thread to wait for their bytes.
    if (admitted) DrainBody(request);
    Response response =
        answer.ok() ? std::move(answer).value() : ToResponse(answer.error(), request.path, request_id);
    AddIdentity(response, request_id);
    if (!has_signed) ForbidScripts(response);
    return response;
  }

 private:
  S3Result<Response> Answer(Request& request, const std::string& request_id, bool* admitted,
                            bool* has_signed) const {
    TARN_TRY(CheckHeadersOnce(request.headers));
    TARN_ASSIGN(Address address, ParseAddress(request.path, request.Header("Host"), options_.domains));
    // Browsers ask what a page may do before they send anything that the page's user could have signed.
    Authenticated authenticated;
    if (request.method == http::Method::kOptions) {
      TARN_TRY(authenticator_.AdmitPreflight(request));
    } else {
      TARN_ASSIGN(authenticated, authenticator_.Authenticate(request));
    }
    *admitted = true;
    *has_signed = !authenticated.principal.key_id.empty();
    S3Request s3_request{.http = request,
                         .bucket = std::move(address.bucket),
                         .key = std::move(address.key),
                         .request_id = request_id,
                         .authenticated = std::move(authenticated),
                         .virtual_host = address.virtual_host};
    return operation_(s3_request);
  }

  const DoorOptions options_;
  const Authenticator& authenticator_;
  const Operation operation_;
};

}  // namespace

http::Router MakeDoorRouter(DoorOptions options, const Authenticator& authenticator, Operation operation) {
  const auto door = std::make_shared<const Door>(std::move(options), authenticator, std::move(operation));
  const auto handle = [door](Request& request) -> Result<Response> { return door->Handle(request); };
  http::RouteOptions without_body;
  without_body.any_query = true;
  without_body.name = "s3";
  http::RouteOptions with_body = without_body;
  with_body.body = http::BodyMode::kStreamed;
  with_body.body_limit_bytes = kMaxWireBytes;
  http::Router router;
  router.Get("/{path...}", without_body, handle);
  router.Delete("/{path...}", without_body, handle);
  router.Add(http::Method::kOptions, "/{path...}", without_body, handle);
  router.Put("/{path...}", with_body, handle);
  router.Post("/{path...}", with_body, handle);
  return router;
}

std::vector<std::string> OwnNames(const DoorOptions& options) {
  std::vector<std::string> names = {".localhost"};
  for (const std::string& domain : options.domains) {
    names.push_back(domain);
    names.push_back("." + domain);
  }
  return names;
}

http::ServerCustoms DoorCustoms(const DoorOptions& options) {
  http::ServerCustoms customs;
  customs.host_names = OwnNames(options);
  customs.any_origin = true;  // buckets have rules of their own (CORS)
  customs.render_refusal = [](const http::Refusal& refusal, const Request& request) {
    const std::string request_id = NewRequestId();
    Response response = ToResponse(ToS3Error(refusal), request.path, request_id);
    AddIdentity(response, request_id);
    ForbidScripts(response);
    return response;
  };
  return customs;
}

}  // namespace tarn::extract::s3
