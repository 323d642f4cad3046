#include <boost/asio/post.hpp>

#include "common/http/session.h"
#include "common/logging/log.h"

// The steps of a connection's coroutine that wait for nothing.

namespace tarn::http {

namespace net = boost::asio;
using boost::system::error_code;

Session::Session(Serving& serving, EventLoop& loop, Socket socket)
    : serving_(serving), loop_(loop), socket_(std::move(socket)) {
  error_code ignored;
  socket_.set_option(net::ip::tcp::no_delay(true), ignored);
  socket_.non_blocking(true, ignored);
  const auto peer = socket_.remote_endpoint(ignored);
  if (!ignored) remote_address_ = peer.address().to_string();
}

Session::~Session() {
  loop_.Forget(this);
  serving_.connections.Remove();
}

void Session::BeginExchange() {
  exchange_ = std::make_shared<Exchange>(weak_from_this(), serving_.body_budget, serving_.customs);
  exchange_->started = Clock::now();
  exchange_->trace = TraceContext::FromTraceparent(parser_->head().headers.Find("traceparent").value_or(""));
  exchange_->request.remote_address = remote_address_;
  answered_ = false;
}

void Session::EndExchange() {
  if (upload_) upload_->Fail(Error(Code::kCancelled, "the response has been sent"));
  upload_.reset();
  upload_failure_.reset();
  upload_paused_.reset();
  upload_block_ = std::string();
  upload_deadline_ = kNever;
  upload_started_ = {};
  upload_received_ = 0;
  continue_owed_ = false;
  exchange_.reset();
}

bool Session::Dispatch() {
  const RouteOptions& options = exchange_->route->options;
  const bool streamed = options.body == BodyMode::kStreamed;
  if (options.execution == Execution::kInline && !streamed) {
    serving_.listener->Handle(exchange_);
    return true;
  }
  exchange_->MakeCancellable();
  WorkerPool& pool = streamed ? serving_.uploads : serving_.workers;
  return pool.Submit([listener = serving_.listener, exchange = exchange_] { listener->Handle(exchange); });
}

void Session::SetResponse(const Refusal& refusal) {
  const ScopedTrace scope(exchange_->trace);
  exchange_->response = serving_.customs.Render(refusal, exchange_->request);
  if (refusal.status == 503) exchange_->response.headers.Add("Retry-After", "1");
}

ResponseFraming Session::FramingOfResponse() const {
  const Response& response = exchange_->response;
  const RequestHead& head = parser_->head();
  ResponseFraming framing;
  framing.version = head.version;
  const bool bodiless = IsBodiless(response.status);
  if (!bodiless) {
    framing.content_length = response.stream_length;
    if (!response.stream && (head.method != "HEAD" || !response.stream_length))
      framing.content_length = response.body.size();
    framing.chunked = !framing.content_length && head.version == 11;
  }
  const bool delimited = bodiless || framing.content_length || framing.chunked;
  const bool has_next = !input_ended_ || !input_.empty();
  const auto connection = response.headers.Find("Connection");
  framing.keep_alive = head.keep_alive && parser_->done() && delimited && has_next && !closing_ &&
                       !serving_.draining && !(connection && EqualsIgnoringCase(*connection, "close"));
  return framing;
}

Session::Outgoing Session::PrepareResponse() {
  // A handler that could not read its body says so, but the connection knows best why.
  if (upload_failure_ && exchange_->response.status >= 400) SetResponse(*upload_failure_);
  Outgoing outgoing;
  outgoing.framing = FramingOfResponse();
  auto head = RenderHead(exchange_->response, outgoing.framing);
  const auto replace = [&](const Refusal& refusal) {
    SetResponse(refusal);
    outgoing.framing = FramingOfResponse();
    head = RenderHead(exchange_->response, outgoing.framing);
  };
  if (!head.ok()) {
    log::Failure("a response cannot be sent",
                 {{"target", exchange_->request.target}, {"error", head.error()}});
    replace({500, "internal", "the server failed to handle the request; its log says more"});
  }
  outgoing.with_body = parser_->head().method != "HEAD" && !IsBodiless(exchange_->response.status);
  if (outgoing.with_body && exchange_->response.stream) {
    outgoing.stream = StartProducing();
    if (!outgoing.stream) replace({503, "unavailable", "too many streams are open; try again later"});
  }
  outgoing.head = std::move(head).value();
  return outgoing;
}

std::shared_ptr<DownloadPipe> Session::StartProducing() {
  auto pipe = std::make_shared<DownloadPipe>(serving_.options.stream_buffer_bytes, WakerFor(&Session::Wake));
  const bool taken =
      serving_.downloads.Submit([exchange = exchange_, pipe] { pipe->Finish(exchange->RunStream(*pipe)); });
  return taken ? pipe : nullptr;
}

// Calls `what` on this connection's thread, from any thread.
std::function<void()> Session::WakerFor(void (Session::*what)()) {
  return [weak = weak_from_this(), &context = loop_.context(), what] {
    net::post(context, [weak, what] {
      if (const auto self = weak.lock()) (*self.*what)();
    });
  };
}

Session::Clock::time_point Session::BodyDeadline(Clock::time_point started, uint64_t received) const {
  const auto fair =
      started + std::chrono::milliseconds(1000 * received / serving_.options.min_upload_bytes_per_second);
  return std::min(Clock::now(), fair) + serving_.options.read_timeout;
}

void Session::Record(int status) {
  loop_.request_log().Record({.route = exchange_->route,
                              .method = parser_->head().method,
                              .target = parser_->head().target,
                              .remote_address = remote_address_,
                              .status = status,
                              .duration = Clock::now() - exchange_->started,
                              .trace = exchange_->trace});
}

}  // namespace tarn::http
