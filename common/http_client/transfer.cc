#include "common/http_client/transfer.h"

#include <strings.h>

#include <algorithm>
#include <cstring>
#include <new>

#include "common/http_client/address_check.h"
#include "common/http_client/address_ranges.h"
#include "common/http_client/body_source.h"
#include "common/http_client/receiver.h"
#include "common/http_client/url.h"
#include "common/tracing/trace_context.h"

namespace tarn::http_client {
namespace {

constexpr long kMaxRedirects = 5;

using HeaderList = std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>;

size_t OnBody(char* data, size_t, size_t size, void* context) {
  switch (static_cast<Receiver*>(context)->TakeBody(std::string_view(data, size))) {
    case Receiver::Taken::kAll:
      return size;
    case Receiver::Taken::kNothingNow:
      return CURL_WRITEFUNC_PAUSE;
    case Receiver::Taken::kFailed:
      break;
  }
  return size == 0 ? 1 : 0;
}

size_t OnHeader(char* data, size_t, size_t size, void* context) {
  return static_cast<Receiver*>(context)->TakeHeader(std::string_view(data, size)) ? size : 0;
}

/// The body being sent, for libcurl's callbacks.
struct Sender {
  BodySource* source = nullptr;
  uint64_t left = 0;
  Receiver* receiver = nullptr;  // keeps the failure

  Status Rewind() {
    left = source->size_bytes();
    return source->Rewind();
  }
};

size_t OnSend(char* into, size_t, size_t size, void* context) {
  auto& sender = *static_cast<Sender*>(context);
  if (sender.left == 0) return 0;
  const auto count = sender.source->Read(into, static_cast<size_t>(std::min<uint64_t>(size, sender.left)));
  if (count.ok() && *count > 0) {
    sender.left -= *count;
    return *count;
  }
  sender.receiver->failure =
      count.ok() ? Error(Code::kInternal, "the content to send ended before its declared size") : count.error();
  return CURL_READFUNC_ABORT;
}

// libcurl starts again at 0 when a kept-alive connection turns out to be closed.
int OnSeek(void* context, curl_off_t offset, int origin) {
  auto& sender = *static_cast<Sender*>(context);
  if (offset != 0 || origin != SEEK_SET || !sender.Rewind().ok()) return CURL_SEEKFUNC_CANTSEEK;
  return CURL_SEEKFUNC_OK;
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
  if (request.accept_gzip) add("Accept-Encoding: gzip");
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

void SetMethodAndBody(CURL* easy, const Request& request, Sender& sender) {
  if (request.body_source) {
    curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(easy, CURLOPT_READFUNCTION, OnSend);
    curl_easy_setopt(easy, CURLOPT_READDATA, &sender);
    curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, OnSeek);
    curl_easy_setopt(easy, CURLOPT_SEEKDATA, &sender);
    curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(sender.left));
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
    return;
  }
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

void SetUp(CURL* easy, const Request& request, Receiver& receiver, Sender& sender, const HeaderList& headers,
           char* error_text) {
  curl_easy_setopt(easy, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);  // a cancelled request does not wait for the resolver
  curl_easy_setopt(easy, CURLOPT_USERAGENT, "tarn/" TARN_VERSION);
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, error_text);
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, PositiveMillis(request.connect_timeout));
  if (request.timeout.count() != 0) curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, PositiveMillis(request.timeout));
  if (request.stall_timeout.count() > 0) {
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME,
                     static_cast<long>(std::chrono::ceil<std::chrono::seconds>(request.stall_timeout).count()));
  }
  // A key may hold "//" or ".": what was asked for is sent, and what was signed.
  curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, request.path_as_is ? 1L : 0L);
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
  SetMethodAndBody(easy, request, sender);
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
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
      return Error(Code::kPermissionDenied,
                   "the server's certificate cannot be verified: " + url + " (" + reason + ")");
    case CURLE_OUT_OF_MEMORY:
      return Error(Code::kInternal, "out of memory");
    default:
      return Error(Code::kUnavailable, "cannot reach " + url + ": " + reason);
  }
}

Error ConnectionClosedInHeader(const Request& request) {
  return TransportError(CURLE_RECV_ERROR, "connection closed within the header", request);
}

}  // namespace

struct Connection::Running {
  Running(const Request& request, BodyPlace place, std::filesystem::path file)
      : receiver(request, place, std::move(file)) {}

  Receiver receiver;
  Sender sender;
  HeaderList headers{nullptr, curl_slist_free_all};
  char error_text[CURL_ERROR_SIZE] = "";
  bool added = false;  // to the multi handle
  std::optional<CURLcode> ended;
};

Connection::Connection() : multi_(curl_multi_init()), easy_(curl_easy_init()) {
  if (!multi_ || !easy_) throw std::bad_alloc();
}

Connection::~Connection() {
  Close();
  curl_easy_cleanup(easy_);
  curl_multi_cleanup(multi_);
}

Status Connection::Start(const Request& request, std::unique_ptr<Running> running) {
  if (!IsToken(request.method)) return Error(Code::kInvalidArgument, "not a request method: " + request.method);
  if (!IsHttpUrl(request.url)) {
    return Error(Code::kInvalidArgument, "not an http or https URL: " + DisplayUrl(request.url));
  }
  if (request.body_source) {
    running->sender.source = request.body_source;
    running->sender.receiver = &running->receiver;
    TARN_TRY(running->sender.Rewind());
  }
  TARN_ASSIGN(running->headers, MakeHeaders(request));
  running_ = std::move(running);
  SetUp(easy_, request, running_->receiver, running_->sender, running_->headers, running_->error_text);
  curl_multi_add_handle(multi_, easy_);
  running_->added = true;
  return Ok();
}

void Connection::Close() {
  if (!running_) return;
  // Removing an unfinished transfer closes its connection.
  if (running_->added) curl_multi_remove_handle(multi_, easy_);
  curl_easy_reset(easy_);  // forgets the pointers into running_, keeps the connections
  running_.reset();
}

template <class Enough>
void Connection::Perform(const Enough& enough) {
  const std::stop_token& cancelled = running_->receiver.request.cancelled;
  const std::stop_callback wake(cancelled, [this] { curl_multi_wakeup(multi_); });
  int running = 1;
  while (running > 0 && !cancelled.stop_requested() && !enough()) {
    if (curl_multi_perform(multi_, &running) != CURLM_OK) break;
    if (running > 0 && !enough() && curl_multi_poll(multi_, nullptr, 0, 1000, nullptr) != CURLM_OK) break;
  }
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg == CURLMSG_DONE) running_->ended = message->data.result;
  }
  if (!running_->ended && !cancelled.stop_requested() && !enough()) running_->ended = CURLE_FAILED_INIT;
}

std::optional<Error> Connection::Failure() const {
  const Receiver& receiver = running_->receiver;
  if (receiver.failure) return receiver.failure;
  if (!running_->ended) {
    if (!receiver.request.cancelled.stop_requested()) return std::nullopt;
    return Error(Code::kCancelled, "the request was cancelled: " + DisplayUrl(receiver.request.url));
  }
  const CURLcode code = *running_->ended;
  if (code != CURLE_OK && receiver.address_refused) {
    return Error(Code::kPermissionDenied,
                 "requests to that network address are not allowed: " + DisplayUrl(receiver.request.url));
  }
  if (code != CURLE_OK) return TransportError(code, running_->error_text, receiver.request);
  // libcurl takes a header that breaks off for a whole one.
  if (!receiver.header_complete) return ConnectionClosedInHeader(receiver.request);
  if (receiver.CutOff()) {
    return Error(Code::kUnavailable, "the compressed body is cut off: " + DisplayUrl(receiver.request.url));
  }
  return std::nullopt;
}

Result<Response> Connection::Exchange(const Request& request, const std::optional<std::filesystem::path>& file) {
  const BodyPlace place = file ? BodyPlace::kFile : BodyPlace::kResponse;
  TARN_TRY(Start(request, std::make_unique<Running>(request, place, file.value_or(""))));
  Perform([] { return false; });
  Receiver& receiver = running_->receiver;
  std::optional<Error> failure = Failure();
  if (!failure && file && receiver.Succeeded()) {
    if (Status finished = receiver.FinishFile(); !finished.ok()) failure = std::move(finished).error();
  }
  if (failure) receiver.RemoveFile();
  Response response = std::move(receiver.response);
  Close();
  if (failure) return *std::move(failure);
  return response;
}

Result<Response> Connection::Open(const Request& request) {
  TARN_TRY(Start(request, std::make_unique<Running>(request, BodyPlace::kStream, "")));
  const Receiver& receiver = running_->receiver;
  Perform([&] { return receiver.header_complete && receiver.Succeeded(); });
  // What breaks off behind a good header is told when it has been read up to there.
  if (receiver.header_complete && receiver.Succeeded()) return receiver.response;
  std::optional<Error> failure = Failure();
  if (!failure) return receiver.response;
  Close();
  return *std::move(failure);
}

Result<size_t> Connection::Read(char* into, size_t size) {
  Receiver& receiver = running_->receiver;
  if (!receiver.HasPending() && !running_->ended) {
    curl_easy_pause(easy_, CURLPAUSE_CONT);  // may deliver at once
    Perform([&] { return receiver.HasPending(); });
  }
  if (receiver.HasPending()) return receiver.Drain(into, size);
  if (auto failure = Failure()) return *std::move(failure);
  return size_t{0};
}

}  // namespace tarn::http_client
