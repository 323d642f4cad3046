#pragma once

#include "common/http/event_loop.h"  // first, see there

#include <boost/asio/awaitable.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "common/http/download_pipe.h"
#include "common/http/exchange.h"
#include "common/http/input_buffer.h"
#include "common/http/request_parser.h"
#include "common/http/response_head.h"
#include "common/http/serving.h"
#include "common/http/upload_pipe.h"

namespace tarn::http {

/// One connection. A coroutine serves its requests one after the other; whatever happens to the connection
/// (bytes, an answer, a deadline, a stop) changes its state and wakes the coroutine, which looks at the
/// state. All of it runs on the thread of its event loop, except Answered().
class Session : public Exchange::Owner, public std::enable_shared_from_this<Session> {
 public:
  Session(Serving& serving, EventLoop& loop, Socket socket);
  ~Session() override;

  void Start(bool refuse);
  /// Closes it if it has no request, else after that.
  void Drain();
  /// Cancels its request and closes it.
  void Kill();

  using Clock = std::chrono::steady_clock;
  bool IsLate(Clock::time_point now) const { return now >= deadline_ || now >= upload_deadline_; }
  void Expire(Clock::time_point now);

  void Answered(std::shared_ptr<Owner> self) override;

 private:
  template <class T>
  using Awaitable = boost::asio::awaitable<T, Executor>;
  using UseAwaitable = boost::asio::use_awaitable_t<Executor>;
  using Waiter = boost::asio::async_result<UseAwaitable, void()>::handler_type;
  static constexpr Clock::time_point kNever = Clock::time_point::max();

  // What is about to be sent.
  struct Outgoing {
    std::string head;
    ResponseFraming framing;
    bool with_body = false;
    std::shared_ptr<DownloadPipe> stream;  // instead of the response's body
  };

  // The coroutine and its parts, in the order in which a request meets them (session.cc).
  static Awaitable<void> Run(std::shared_ptr<Session> self, bool refuse);
  Awaitable<bool> ReadHead();
  Awaitable<bool> Serve();
  Awaitable<std::optional<Refusal>> ReadBody(uint64_t limit);
  Awaitable<bool> SendResponse();
  Awaitable<bool> SendStream(const Outgoing& outgoing);
  Awaitable<bool> Send(std::string_view first, std::string_view second = {}, std::string_view third = {});
  Awaitable<bool> Refuse(Refusal refusal);
  Awaitable<void> Linger();
  enum class Received { kData, kEnd, kLate };
  Awaitable<Received> Receive(size_t size, Clock::time_point deadline);
  Awaitable<void> Wait();

  // What happens to the connection (session_events.cc).
  void Wake();
  void WakeLater();
  void StartReading(size_t size);
  void OnRead(boost::system::error_code error, size_t count);
  void StartWaitingToWrite();
  void WatchForEnd();
  void StartUpload();
  void PumpUpload();
  void ReadMoreOfUpload();
  void FailUpload(Refusal refusal);
  void SendContinue();
  void Close(bool reset);

  // Steps that wait for nothing (session_steps.cc).
  void BeginExchange();
  void EndExchange();
  bool Dispatch();
  void SetResponse(const Refusal& refusal);
  Outgoing PrepareResponse();
  ResponseFraming FramingOfResponse() const;
  std::shared_ptr<DownloadPipe> StartProducing();
  std::function<void()> WakerFor(void (Session::*what)());
  Clock::time_point BodyDeadline(Clock::time_point started, uint64_t received) const;
  void Record(int status);

  Serving& serving_;
  EventLoop& loop_;
  Socket socket_;
  std::string remote_address_;
  InputBuffer input_;
  std::optional<Waiter> waiter_;
  Clock::time_point deadline_ = kNever;  // of what the coroutine waits for
  bool late_ = false;                    // the deadline has passed
  bool reading_ = false;                 // a read is under way
  bool waiting_to_write_ = false;
  size_t sent_in_a_row_ = 0;
  bool input_ended_ = false;  // the client sends no more
  bool gone_ = false;         // nothing can be sent any more
  bool killed_ = false;
  bool idle_ = false;  // between requests

  // The request at hand.
  std::unique_ptr<RequestParser> parser_;
  std::shared_ptr<Exchange> exchange_;
  bool answered_ = false;
  bool closing_ = false;  // the connection ends with the response
  std::shared_ptr<UploadPipe> upload_;
  std::string upload_block_;
  std::optional<Refusal> upload_failure_;
  Clock::time_point upload_deadline_ = kNever;
  Clock::time_point upload_started_{};  // moves on by the time the handler held it up
  std::optional<Clock::time_point> upload_paused_;
  uint64_t upload_received_ = 0;
  bool continue_owed_ = false;
};

}  // namespace tarn::http
