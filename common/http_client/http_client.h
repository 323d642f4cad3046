#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/result/result.h"

namespace tarn::http_client {

class AddressRanges;
class BodySource;

/// Which addresses a request may connect to; checked on the address actually connected to, after DNS.
enum class AddressPolicy {
  kAny,
  kNoPrivate,         ///< refuses loopback, private, link-local, unique-local, multicast and unspecified
  kLoopbackOrPublic,  ///< as kNoPrivate, but loopback is allowed
};

struct Request {
  std::string method = "GET";
  std::string url;  ///< http or https only
  std::vector<std::pair<std::string, std::string>> headers;
  std::vector<std::string> secret_headers{};  ///< names; SourceClient takes none of them elsewhere
  std::string body;
  BodySource* body_source = nullptr;  ///< sent instead of `body`; must live as long as the exchange
  std::chrono::milliseconds connect_timeout{5'000};
  std::chrono::milliseconds timeout{30'000};    ///< for the whole exchange; 0: none
  std::chrono::milliseconds stall_timeout{0};   ///< ends it when no byte moves for so long; 0: never
  uint64_t max_response_bytes = 64 << 20;
  AddressPolicy address_policy = AddressPolicy::kAny;
  std::shared_ptr<const AddressRanges> allowed_addresses = nullptr;  ///< allowed whatever the policy says; null: none
  bool path_as_is = false;  ///< send the URL's path without resolving "." and ".." in it
  bool follow_redirects = false;  ///< up to 5, same address policy, credentials dropped on another host
  bool accept_gzip = false;       ///< asks for gzip and unpacks it; max_response_bytes counts what comes out
  std::stop_token cancelled;
};

struct Response {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  uint64_t received_bytes = 0;  ///< of the body, before it was unpacked

  /// The first value of that field; names compare without case.
  std::optional<std::string_view> Header(std::string_view name) const;
};

/// The delay a `Retry-After` asks for, in seconds or as an HTTP date (RFC 9110 section 10.2.3); nothing if
/// there is none or it cannot be read. Never negative.
std::optional<std::chrono::milliseconds> RetryAfter(const Response& response);

/// How failed tries are repeated: exponential backoff with full jitter.
struct RetryPolicy {
  int max_attempts = 5;
  std::chrono::milliseconds initial_backoff{200};
  std::chrono::milliseconds max_backoff{10'000};
  /// A Retry-After over this is not waited for: the response is returned to the caller as it is.
  std::chrono::milliseconds max_retry_after{60'000};
};

/// Returns the delay before try number `attempt` + 1 (attempt counts from 1): random in [0, min(max, initial
/// * 2^(attempt-1))].
std::chrono::milliseconds Backoff(const RetryPolicy& policy, int attempt);

/// A response whose body is read piece by piece; the connection waits while nobody reads. One thread at a time.
class ResponseStream {
 public:
  virtual ~ResponseStream() = default;
  /// The status, the headers and, unless the status is 2xx, the body.
  virtual const Response& response() const = 0;
  /// Up to `size` bytes of a 2xx response's body, 0 at its end. Errors: as HttpClient::Send.
  virtual Result<size_t> Read(char* into, size_t size) = 0;
};

/// Sends requests with libcurl over kept-alive connections. Thread-safe: connections are pooled. The current
/// thread's trace goes along as `traceparent` unless the request has that header. Proxies of the environment
/// are used under AddressPolicy::kAny only, and never for loopback. A response header may have 64 KiB.
class HttpClient {
 public:
  HttpClient();
  ~HttpClient();

  /// Returns any response, whatever its status. Errors: kUnavailable (cannot connect, connection broken),
  /// kDeadlineExceeded, kTooLarge (the response is over the limit, or says that it will be), kPermissionDenied
  /// (address policy, or a certificate that does not verify), kCancelled, kInvalidArgument (the URL).
  Result<Response> Send(const Request& request);

  /// Sends again on kUnavailable, kDeadlineExceeded, 429 and 5xx (not 501), waiting as `policy` and
  /// Retry-After say. `on_retry` is told the attempt that failed, the delay and why.
  using OnRetry = std::function<void(int attempt, std::chrono::milliseconds delay, const std::string& why)>;
  Result<Response> SendWithRetry(const Request& request, const RetryPolicy& policy,
                                 const OnRetry& on_retry = nullptr);

  /// Returns as soon as the response's header is here. Destroying the stream early breaks the exchange off.
  /// Errors: as Send.
  Result<std::unique_ptr<ResponseStream>> Open(Request request);

  /// Streams the body of a 2xx response into `file` (created or truncated); other statuses keep the body in
  /// the response, as Send does. max_response_bytes bounds the file.
  Result<Response> Download(const Request& request, const std::filesystem::path& file);

 private:
  struct Pool;
  std::shared_ptr<Pool> pool_;  // shared with the open streams
};

}  // namespace tarn::http_client
