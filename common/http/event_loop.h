#pragma once

#include <utility>  // boost/asio/awaitable.hpp of Boost 1.74 needs it and does not include it

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <thread>
#include <unordered_set>
#include <vector>

#include "common/http/request_log.h"
#include "common/http/serving.h"

namespace tarn::http {

class Session;

using Executor = boost::asio::io_context::executor_type;
using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, Executor>;

/// One I/O thread with its connections. A connection stays on its loop, so that nothing of it needs a lock.
class EventLoop {
 public:
  explicit EventLoop(Serving& serving);
  /// Ends the thread; no connection may be left.
  ~EventLoop();

  boost::asio::io_context& context() { return context_; }
  RequestLog& request_log() { return request_log_; }

  /// Serves a new connection. Any thread. With `refuse`, only to say 503.
  void Adopt(Socket socket, bool refuse);
  /// Closes connections without a request, and lets the others finish theirs. Any thread.
  void Drain();
  /// Cancels the requests of all connections and closes them. Any thread.
  void Kill();

  /// For a connection that ends; on this thread.
  void Forget(Session* session) { sessions_.erase(session); }

 private:
  void CheckDeadlinesLater();
  std::vector<std::shared_ptr<Session>> LivingSessions();

  Serving& serving_;
  RequestLog request_log_;
  boost::asio::io_context context_{1};
  boost::asio::executor_work_guard<Executor> keep_running_{context_.get_executor()};
  boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                    boost::asio::wait_traits<std::chrono::steady_clock>, Executor>
      deadline_timer_{context_};
  std::unordered_set<Session*> sessions_;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace tarn::http
