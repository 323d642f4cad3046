#include "common/http/session.h"

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <charconv>
#include <exception>

#include "common/http/admission.h"
#include "common/logging/log.h"

// GCC 12 destroys temporaries of a co_await expression twice, so whatever has a destructor is named first.

namespace tarn::http {
namespace {

namespace net = boost::asio;
using boost::system::error_code;

constexpr size_t kHeadBlock = 4 * 1024;   // read at a time: a head is small, and there may be thousands of
constexpr size_t kBodyBlock = 16 * 1024;  // connections that send nothing more
constexpr size_t kLingerBlock = 64 * 1024;
// Sent to a client that takes everything at once, before others get their turn.
constexpr size_t kMaxInARow = 1 << 20;

std::string ChunkSize(size_t size) {
  std::array<char, 18> text;
  char* end = std::to_chars(text.data(), text.data() + text.size(), size, 16).ptr;
  *end++ = '\r';
  *end++ = '\n';
  return std::string(text.data(), end);
}

}  // namespace

void Session::Start(bool refuse) {
  Awaitable<void> run = Run(shared_from_this(), refuse);
  net::co_spawn(socket_.get_executor(), std::move(run), net::detached);
}

Session::Awaitable<void> Session::Run(std::shared_ptr<Session> self, bool refuse) {
  try {
    if (refuse) {
      self->parser_ = std::make_unique<RequestParser>();
      Refusal overloaded{503, "unavailable", "too many connections are open; try again later"};
      co_await self->Refuse(std::move(overloaded));
    } else {
      bool going = true;
      while (going) {
        going = co_await self->ReadHead();
        if (going) going = co_await self->Serve();
      }
    }
  } catch (const std::exception& exception) {
    log::Failure("a connection failed", {{"exception", exception.what()}});
  }
  self->EndExchange();
  self->Close(false);
}

// True once a head is parsed; false when the connection shall end, with any refusal answered.
Session::Awaitable<bool> Session::ReadHead() {
  parser_ = std::make_unique<RequestParser>();
  HeadScanner scanner(serving_.options.header_limit_bytes, serving_.options.max_headers);
  std::optional<Clock::time_point> begun;
  std::optional<Refusal> refusal;
  bool at_start = true;
  while (!scanner.head_size()) {
    // An empty line before the request line is left over from sloppy clients (RFC 9112 section 2.2).
    if (at_start && input_.view().starts_with("\r\n")) input_.Consume(2);
    if (!input_.empty()) {
      at_start = at_start && input_.view() == "\r";
      if (!begun) begun = Clock::now();
      refusal = scanner.Scan(input_.view());
      if (refusal || scanner.head_size()) break;
    }
    if (input_.empty() && serving_.draining) co_return false;
    if (!reading_) input_.Shrink(kBodyBlock);
    idle_ = input_.empty();
    const auto deadline =
        idle_ ? Clock::now() + serving_.options.idle_timeout : *begun + serving_.options.head_timeout;
    const Received received = co_await Receive(kHeadBlock, deadline);
    idle_ = false;
    if (received == Received::kEnd || (received == Received::kLate && input_.empty())) co_return false;
    if (received == Received::kLate) {
      refusal = Refusal{408, "deadline_exceeded", "the request head did not arrive in time"};
      break;
    }
  }
  if (!refusal) {
    refusal = parser_->ParseHead(input_.view().substr(0, *scanner.head_size()));
    input_.Consume(*scanner.head_size());
  }
  if (!refusal) co_return true;
  co_await Refuse(std::move(*refusal));
  co_return false;
}

// True if the connection can take another request.
Session::Awaitable<bool> Session::Serve() {
  BeginExchange();
  {
    const ScopedTrace scope(exchange_->trace);
    auto admission = Admit({serving_.router, serving_.loopback_only, serving_.customs}, parser_->head(), exchange_->request);
    exchange_->route = admission.route;
    if (admission.answer) exchange_->response = std::move(*admission.answer);
  }
  if (const Route* route = exchange_->route) {
    continue_owed_ = parser_->head().expects_continue && !parser_->done();
    if (route->options.body == BodyMode::kBuffered) {
      std::optional<Refusal> refusal = co_await ReadBody(route->options.body_limit_bytes);
      if (refusal) {
        const bool kept = co_await Refuse(std::move(*refusal));
        co_return kept;
      }
    } else if (route->options.body == BodyMode::kStreamed) {
      StartUpload();
    }
    if (Dispatch()) {
      while (!answered_) {
        WatchForEnd();
        co_await Wait();
      }
    } else {
      const Refusal overloaded{503, "unavailable", "too many requests are waiting; try again later"};
      SetResponse(overloaded);
    }
  }
  const bool kept = co_await SendResponse();
  EndExchange();
  co_return kept;
}

Session::Awaitable<std::optional<Refusal>> Session::ReadBody(uint64_t limit) {
  parser_->LimitBody(limit);
  if (input_.empty()) SendContinue();
  std::string& body = exchange_->request.body;
  const auto begun = Clock::now();
  std::optional<Refusal> refusal;
  while (!parser_->done()) {
    size_t used = 0;
    refusal = parser_->ParseBody(input_.view(), &used, &body);
    if (refusal) break;
    input_.Consume(used);
    if (!exchange_->body_memory.GrowTo(body.size())) {
      refusal = Refusal{503, "unavailable", "too many request bodies are in memory; try again later"};
      break;
    }
    if (parser_->done()) break;
    if (input_.size() > serving_.options.header_limit_bytes) {
      refusal = Refusal{431, "too_large", "a chunk's extensions or the trailers are too large"};
      break;
    }
    const Received received = co_await Receive(kBodyBlock, BodyDeadline(begun, body.size()));
    if (received == Received::kLate) {
      refusal = Refusal{408, "deadline_exceeded", "the body arrives too slowly"};
    }
    if (received == Received::kEnd) refusal = Refusal{400, "invalid_argument", "the body ended early", "end of body"};
    if (refusal) break;
  }
  co_return refusal;
}

// True if the response was sent whole and the connection can take another request.
Session::Awaitable<bool> Session::SendResponse() {
  const Outgoing outgoing = PrepareResponse();
  bool sent = false;
  if (outgoing.stream) {
    sent = co_await SendStream(outgoing);
  } else {
    const std::string_view body =
        outgoing.with_body ? std::string_view(exchange_->response.body) : std::string_view();
    sent = co_await Send(outgoing.head, body);
  }
  Record(sent ? exchange_->response.status : 499);
  if (!sent) {
    Close(true);  // a reset, so that a part is not taken for the whole
    co_return false;
  }
  if (!parser_->done()) {
    EndExchange();
    co_await Linger();
    co_return false;
  }
  co_return outgoing.framing.keep_alive;
}

// Sends what the producer writes as it comes, one chunk per piece; true if it was all of it.
Session::Awaitable<bool> Session::SendStream(const Outgoing& outgoing) {
  DownloadPipe& pipe = *outgoing.stream;
  const bool chunked = outgoing.framing.chunked;
  uint64_t left = outgoing.framing.content_length.value_or(UINT64_MAX);
  std::string before = outgoing.head, block;
  bool whole = false;
  for (bool going = true; going && !gone_;) {
    switch (pipe.Take(&block)) {
      case DownloadPipe::Taken::kData:
        if (block.size() > left) {
          log::Failure("a streamed response is longer than announced",
                       {{"target", exchange_->request.target}});
          going = false;
          break;
        }
        left -= block.size();
        if (chunked) before += ChunkSize(block.size());
        going = co_await Send(before, block, chunked ? "\r\n" : "");
        before.clear();
        break;
      case DownloadPipe::Taken::kEmpty:
        if (before.empty()) {
          WatchForEnd();
          co_await Wait();
        } else {
          going = co_await Send(before);
          before.clear();
        }
        break;
      case DownloadPipe::Taken::kEnd:
        if (chunked) before += "0\r\n\r\n";
        whole = co_await Send(before);
        whole = whole && (left == 0 || !outgoing.framing.content_length);
        if (left > 0 && outgoing.framing.content_length) {
          log::Failure("a streamed response is shorter than announced",
                       {{"target", exchange_->request.target}});
        }
        going = false;
        break;
      case DownloadPipe::Taken::kFailed:
        log::Warn("a streamed response broke off",
                  {{"target", exchange_->request.target}, {"error", pipe.error()}});
        going = false;
        break;
    }
  }
  if (!whole) {
    pipe.Cancel(Error(Code::kCancelled, "the client has gone or the server stops"));
    exchange_->Cancel();
    if (upload_) upload_->Fail(Error(Code::kCancelled, "the client has gone or the server stops"));
  }
  while (!pipe.finished()) co_await Wait();
  co_return whole;
}

// Tries the socket first: mostly it takes a response at once, and then nothing has to be waited for.
Session::Awaitable<bool> Session::Send(std::string_view first, std::string_view second,
                                       std::string_view third) {
  std::array<net::const_buffer, 3> parts = {net::buffer(first.data(), first.size()),
                                            net::buffer(second.data(), second.size()),
                                            net::buffer(third.data(), third.size())};
  size_t left = net::buffer_size(parts);
  while (left > 0 && !gone_) {
    error_code error;
    size_t sent = socket_.write_some(parts, error);
    left -= sent;
    sent_in_a_row_ += sent;
    for (net::const_buffer& part : parts) {
      const size_t skipped = std::min(sent, part.size());
      part += skipped;
      sent -= skipped;
    }
    if (error && error != net::error::would_block) gone_ = true;
    if (error != net::error::would_block) {
      if (sent_in_a_row_ > kMaxInARow) {
        sent_in_a_row_ = 0;
        WakeLater();
        co_await Wait();
      }
      continue;
    }
    StartWaitingToWrite();
    sent_in_a_row_ = 0;
    late_ = false;
    deadline_ = Clock::now() + serving_.options.write_timeout;
    while (waiting_to_write_ && !late_ && !gone_) co_await Wait();
    deadline_ = kNever;
    if (late_) gone_ = true;
  }
  if (gone_ && exchange_) exchange_->Cancel();
  co_return !gone_;
}

// Answers and ends the connection: what follows on it cannot be trusted or is not worth reading.
Session::Awaitable<bool> Session::Refuse(Refusal refusal) {
  closing_ = true;
  if (!exchange_) BeginExchange();
  SetResponse(refusal);
  const bool kept = co_await SendResponse();
  EndExchange();
  co_return kept;
}

// A socket closed with unread bytes resets the connection, and the client may then never see the answer. So
// the rest is read and thrown away, for a while.
Session::Awaitable<void> Session::Linger() {
  error_code ignored;
  socket_.shutdown(net::ip::tcp::socket::shutdown_send, ignored);
  const auto deadline = Clock::now() + serving_.options.linger;
  Received received = Received::kData;
  while (received == Received::kData && Clock::now() < deadline) {
    input_.Consume(input_.size());
    received = co_await Receive(kLingerBlock, deadline);
  }
}

// Waits for more input; what is there already must have been looked at.
Session::Awaitable<Session::Received> Session::Receive(size_t size, Clock::time_point deadline) {
  if (input_ended_ || killed_) co_return Received::kEnd;
  if (!reading_) StartReading(size);
  late_ = false;
  deadline_ = deadline;
  while (reading_ && !late_ && !killed_) co_await Wait();
  deadline_ = kNever;
  if (late_) co_return Received::kLate;
  co_return input_ended_ || killed_ ? Received::kEnd : Received::kData;
}

Session::Awaitable<void> Session::Wait() {
  const auto keep = [this](Waiter waiter) { waiter_.emplace(std::move(waiter)); };
  return net::async_initiate<const UseAwaitable, void()>(keep, net::use_awaitable_t<Executor>());
}

}  // namespace tarn::http
