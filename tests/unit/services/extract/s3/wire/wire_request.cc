#include "tests/unit/services/extract/s3/wire/wire_request.h"

#include <algorithm>
#include <cstring>
#include <set>

#include "common/http/router.h"
#include "common/ids/ulid.h"
#include "services/extract/s3/wire/canonical_request.h"
#include "services/extract/s3/wire/signature.h"

namespace tarn::extract::s3 {
namespace {

const http::Router& AnyRouter() {
  static const http::Router router = [] {
    http::Router made;
    http::RouteOptions options;
    options.any_query = true;
    const auto handler = [](http::Request&) -> Result<http::Response> { return http::Response(); };
    for (const auto method : {http::Method::kGet, http::Method::kPut, http::Method::kPost, http::Method::kDelete,
                              http::Method::kOptions}) {
      made.Add(method, "/{path...}", options, handler);
    }
    return made;
  }();
  return router;
}

void Route(http::Request& request) {
  std::string allow;
  EXPECT_TRUE(AnyRouter().Match(request, &allow).ok()) << request.target;
}

std::string SignatureOf(const http::Request& request, const Credentials& credentials, const std::string& secret,
                        const std::string& content_sha256) {
  const std::string canonical =
      CanonicalRequest(request, credentials, CanonicalPath(request.path), content_sha256);
  const std::string string_to_sign = "AWS4-HMAC-SHA256\n" + credentials.timestamp + "\n" + credentials.scope() + "\n" +
                                     HexSha256(canonical);
  return ToHex(Hmac(SigningKey(secret, credentials), string_to_sign));
}

Credentials Today(const std::string& key_id, const std::string& timestamp) {
  Credentials credentials;
  credentials.key_id = key_id;
  credentials.date = timestamp.substr(0, 8);
  credentials.region = "eu-central-1";
  credentials.timestamp = timestamp;
  return credentials;
}

}  // namespace

http::Request WireRequest(http::Method method, const std::string& target, const Fields& fields) {
  http::Request request;
  request.method = method;
  request.target = target;
  request.remote_address = "127.0.0.1";
  for (const auto& [name, value] : fields) request.headers.Add(name, value);
  Route(request);
  return request;
}

Result<size_t> PiecewiseBody::Read(char* into, size_t size) {
  const size_t count = std::min({size, step_, body_.size() - at_});
  if (count == 0 && failure_) return *failure_;
  std::memcpy(into, body_.data() + at_, count);
  at_ += count;
  return count;
}

void Sign(http::Request& request, const std::string& key_id, const std::string& secret, const std::string& timestamp,
          const std::string& content_sha256) {
  if (!request.Header("x-amz-date")) request.headers.Add("x-amz-date", timestamp);
  request.headers.Set("X-Amz-Content-SHA256", content_sha256);
  Credentials credentials = Today(key_id, timestamp);
  std::set<std::string> names;
  for (auto [name, value] : request.headers) {
    std::transform(name.begin(), name.end(), name.begin(), [](char c) { return static_cast<char>(std::tolower(c)); });
    names.insert(name);
  }
  credentials.signed_headers.assign(names.begin(), names.end());
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ";") + name;
  request.headers.Set("Authorization", "AWS4-HMAC-SHA256 Credential=" + key_id + "/" + credentials.scope() +
                                           ", SignedHeaders=" + list + ", Signature=" +
                                           SignatureOf(request, credentials, secret, content_sha256));
}

http::Request Presigned(http::Method method, const std::string& target, const std::string& key_id,
                        const std::string& secret, const std::string& timestamp, const std::string& expires) {
  Credentials credentials = Today(key_id, timestamp);
  credentials.signed_headers = {"host"};
  const std::string query = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=" +
                            http::PercentEncode(key_id + "/" + credentials.scope()) + "&X-Amz-Date=" + timestamp +
                            "&X-Amz-Expires=" + expires + "&X-Amz-SignedHeaders=host";
  const std::string whole = target + (target.find('?') == std::string::npos ? "?" : "&") + query;
  const Fields host = {{"Host", "localhost:8100"}};
  const std::string signature =
      SignatureOf(WireRequest(method, whole, host), credentials, secret, "UNSIGNED-PAYLOAD");
  return WireRequest(method, whole + "&X-Amz-Signature=" + signature, host);
}

}  // namespace tarn::extract::s3
