#include "common/http_client/transfer.h"

#include <fcntl.h>
#include <strings.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <new>

#include "common/http_client/address_check.h"
#include "common/http_client/address_ranges.h"
#include "common/tracing/trace_context.h"

namespace tarn::http_client {
namespace {

constexpr size_t kMaxHeaderBytes = 64 * 1024;
constexpr long kMaxRedirects = 5;

using HeaderList = std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>;

/// What one exchange has received so far, and why it must end.
struct Receiver {
  const Request& request;
  const std::optional<std::filesystem::path>& file;
  Response response;
  size_t header_bytes = 0;
  bool header_complete = false;
  uint64_t body_bytes = 0;
  int descriptor = -1;
  bool address_refused = false;
  std::optional<Error> failure;

  Receiver(const Request& for_request, const std::optional<std::filesystem::path>& into)
      : request(for_request), file(into) {}
  ~Receiver() {
    if (descriptor >= 0) ::close(descriptor);
  }

  bool ToFile() const { return file && response.status >= 200 && response.status < 300; }

  bool OpenFile() {
    if (descriptor >= 0) return true;
    descriptor = ::open(file->c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (descriptor < 0) failure = Error(Code::kInternal, "the file to download into cannot be opened");
    return descriptor >= 0;
  }

  bool WriteFile(const char* data, size_t size) {
    if (!OpenFile()) return false;
    while (size > 0) {
      const ssize_t written = ::write(descriptor, data, size);
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) {
        failure = errno == ENOSPC || errno == EDQUOT
                      ? Error(Code::kResourceExhausted, "the disk is full")
                      : Error(Code::kInternal, "the downloaded file cannot be written");
        return false;
      }
      data += written;
      size -= static_cast<size_t>(written);
    }
    return true;
  }
};

size_t OnBody(char* data, size_t, size_t size, void* context) {
  auto& receiver = *static_cast<Receiver*>(context);
  receiver.body_bytes += size;
  if (receiver.body_bytes > receiver.request.max_response_bytes) {
    receiver.failure =
        Error(Code::kTooLarge, "the response is larger than " +
                                   std::to_string(receiver.request.max_response_bytes) + " bytes");
    return 0;
  }
  if (receiver.ToFile()) return receiver.WriteFile(data, size) ? size : 0;
  receiver.response.body.append(data, size);
  return size;
}

std::string_view Trim(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

size_t OnHeader(char* data, size_t, size_t size, void* context) {
  auto& receiver = *static_cast<Receiver*>(context);
  const std::string_view line(data, size);
  receiver.header_bytes += size;
  if (receiver.header_bytes > kMaxHeaderBytes) {
    receiver.failure = Error(Code::kTooLarge, "the response's header is larger than " +
                                                  std::to_string(kMaxHeaderBytes) + " bytes");
    return 0;
  }
  // Each status line starts a response anew: that of a redirect, or one after a 1xx.
  if (line.substr(0, 5) == "HTTP/") {
    receiver.response = Response();
    receiver.header_complete = false;
    const size_t space = line.find(' ');
    if (space != std::string_view::npos) {
      receiver.response.status = std::atoi(std::string(line.substr(space + 1, 3)).c_str());
    }
    return size;
  }
  if (Trim(line).empty()) receiver.header_complete = true;
  const size_t colon = line.find(':');
  if (colon != std::string_view::npos) {
    receiver.response.headers.emplace_back(Trim(line.substr(0, colon)), Trim(line.substr(colon + 1)));
  }
  return size;
}

curl_socket_t OnOpenSocket(void* context, curlsocktype, curl_sockaddr* address) {
  auto& receiver = *static_cast<Receiver*>(context);
  const AddressRanges* allowed = receiver.request.allowed_addresses.get();
  if (!IsAllowed(address->addr, receiver.request.address_policy) && !(allowed && allowed->Contains(address->addr))) {
    receiver.address_refused = true;
    return CURL_SOCKET_BAD;
  }
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

bool IsHttpUrl(const std::string& url) {
  return strncasecmp(url.c_str(), "http://", 7) == 0 || strncasecmp(url.c_str(), "https://", 8) == 0;
}

bool IsToken(std::string_view text) {
  static constexpr std::string_view kAllowed =
      "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  return !text.empty() && text.find_first_not_of(kAllowed) == std::string_view::npos;
}

Result<HeaderList> MakeHeaders(const Request& request) {
  HeaderList list(nullptr, curl_slist_free_all);
  auto add = [&list](const std::string& line) {
    curl_slist* longer = curl_slist_append(list.get(), line.c_str());
    if (!longer) throw std::bad_alloc();
    (void)list.release();
    list.reset(longer);
  };
  bool has_traceparent = false;
  for (const auto& [name, value] : request.headers) {
    if (!IsToken(name) || value.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) {
      return Error(Code::kInvalidArgument, "not a header of a request").At("header:" + name);
    }
    has_traceparent |= strcasecmp(name.c_str(), "traceparent") == 0;
    // libcurl leaves a header out that ends with the colon; with a semicolon it sends the empty value.
    add(value.empty() ? name + ";" : name + ": " + value);
  }
  if (!has_traceparent && !TraceContext::Current().empty()) {
    add("traceparent: " + TraceContext::Current().Traceparent());
  }
  add("Expect:");  // no waiting for "100 Continue"
  return list;
}

/// Loopback never goes through the proxy that the environment names.
std::string NoProxy() {
  std::string hosts = "localhost,127.0.0.1,::1";
  for (const char* variable : {"no_proxy", "NO_PROXY"}) {
    if (const char* value = std::getenv(variable); value && *value) return hosts + "," + value;
  }
  return hosts;
}

long PositiveMillis(std::chrono::milliseconds duration) {
  return static_cast<long>(std::max<std::chrono::milliseconds::rep>(1, duration.count()));
}

void SetMethodAndBody(CURL* easy, const Request& request) {
  if (request.method == "HEAD") {
    curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    return;
  }
  if (request.method == "GET" && request.body.empty()) {
    curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
    return;
  }
  const bool sends_body = !request.body.empty() || request.method == "POST" || request.method == "PUT" ||
                          request.method == "PATCH";
  if (sends_body) {
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request.body.c_str());
  }
  // A plain POST is left to libcurl, which turns it into a GET on a redirect as browsers do.
  if (request.method != "POST") curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
}

void SetUp(CURL* easy, const Request& request, Receiver& receiver, const HeaderList& headers,
           char* error_text) {
  curl_easy_setopt(easy, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);  // a cancelled request does not wait for the resolver
  curl_easy_setopt(easy, CURLOPT_USERAGENT, "tarn/" TARN_VERSION);
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, error_text);
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, PositiveMillis(request.connect_timeout));
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, PositiveMillis(request.timeout));
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, OnBody);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &receiver);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, OnHeader);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, &receiver);
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, OnOpenSocket);
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, &receiver);
  curl_easy_setopt(easy, CURLOPT_NOPROXY, NoProxy().c_str());
  // Behind a proxy the address connected to would say nothing about where the request goes.
  if (request.address_policy != AddressPolicy::kAny) curl_easy_setopt(easy, CURLOPT_PROXY, "");
  if (request.follow_redirects) {
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 1L);
    curl_easy_setopt(easy, CURLOPT_MAXREDIRS, kMaxRedirects);
  }
  SetMethodAndBody(easy, request);
}

Error TransportError(CURLcode code, const char* text, const Request& request) {
  const std::string url = DisplayUrl(request.url);
  const std::string reason = *text ? text : curl_easy_strerror(code);
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
      return Error(Code::kDeadlineExceeded, "no complete answer in time from " + url + " (" + reason + ")");
    case CURLE_URL_MALFORMAT:
      return Error(Code::kInvalidArgument, "not an http or https URL: " + url);
    case CURLE_TOO_MANY_REDIRECTS:
      return Error(Code::kInvalidArgument, "too many redirects from " + url);
    case CURLE_OUT_OF_MEMORY:
      return Error(Code::kInternal, "out of memory");
    default:
      return Error(Code::kUnavailable, "cannot reach " + url + ": " + reason);
  }
}

Result<Response> Conclude(std::optional<CURLcode> code, Receiver& receiver, const char* error_text) {
  if (!code) return Error(Code::kCancelled, "the request was cancelled: " + DisplayUrl(receiver.request.url));
  if (receiver.failure) return *std::move(receiver.failure);
  if (*code != CURLE_OK && receiver.address_refused) {
    return Error(Code::kPermissionDenied,
                 "requests to that network address are not allowed: " + DisplayUrl(receiver.request.url));
  }
  if (*code != CURLE_OK) return TransportError(*code, error_text, receiver.request);
  if (!receiver.header_complete) {  // libcurl takes a header that breaks off for a whole one
    return TransportError(CURLE_RECV_ERROR, "connection closed within the header", receiver.request);
  }
  if (receiver.ToFile()) {
    if (!receiver.OpenFile()) return *std::move(receiver.failure);  // an empty body makes an empty file
    if (::close(std::exchange(receiver.descriptor, -1)) != 0) {
      return Error(Code::kInternal, "the downloaded file cannot be written");
    }
  }
  return std::move(receiver.response);
}

}  // namespace

Connection::Connection() : multi_(curl_multi_init()), easy_(curl_easy_init()) {
  if (!multi_ || !easy_) throw std::bad_alloc();
}

Connection::~Connection() {
  curl_easy_cleanup(easy_);
  curl_multi_cleanup(multi_);
}

Result<Response> Connection::Exchange(const Request& request,
                                      const std::optional<std::filesystem::path>& file) {
  if (!IsToken(request.method))
    return Error(Code::kInvalidArgument, "not a request method: " + request.method);
  if (!IsHttpUrl(request.url)) {
    return Error(Code::kInvalidArgument, "not an http or https URL: " + DisplayUrl(request.url));
  }
  TARN_ASSIGN(const HeaderList headers, MakeHeaders(request));
  Receiver receiver(request, file);
  char error_text[CURL_ERROR_SIZE] = "";
  SetUp(easy_, request, receiver, headers, error_text);
  const std::optional<CURLcode> code = Perform(request.cancelled);
  curl_easy_reset(easy_);  // forgets the pointers to this frame, keeps the connections
  const bool wrote_file = receiver.descriptor >= 0;
  auto result = Conclude(code, receiver, error_text);
  if (!result.ok() && wrote_file) ::unlink(file->c_str());
  return result;
}

std::optional<CURLcode> Connection::Perform(const std::stop_token& cancelled) {
  curl_multi_add_handle(multi_, easy_);
  std::optional<CURLcode> result;
  {
    const std::stop_callback wake(cancelled, [this] { curl_multi_wakeup(multi_); });
    int running = 1;
    while (running > 0 && !cancelled.stop_requested()) {
      if (curl_multi_perform(multi_, &running) != CURLM_OK) break;
      if (running > 0 && curl_multi_poll(multi_, nullptr, 0, 1000, nullptr) != CURLM_OK) break;
    }
  }
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg == CURLMSG_DONE) result = message->data.result;
  }
  // Removing an unfinished transfer closes its connection.
  curl_multi_remove_handle(multi_, easy_);
  if (!result && !cancelled.stop_requested()) result = CURLE_FAILED_INIT;
  return result;
}

std::string DisplayUrl(const std::string& url) {
  std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> parsed(curl_url(), curl_url_cleanup);
  if (!parsed ||
      curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK) {
    return "(malformed)";
  }
  for (const CURLUPart part : {CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_QUERY, CURLUPART_FRAGMENT}) {
    curl_url_set(parsed.get(), part, nullptr, 0);
  }
  char* text = nullptr;
  if (curl_url_get(parsed.get(), CURLUPART_URL, &text, 0) != CURLUE_OK) return "(malformed)";
  std::string result(text);
  curl_free(text);
  return result;
}

}  // namespace tarn::http_client
