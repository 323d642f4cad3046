// The yardstick: the least that a server on Boost.Beast must do. No limits beyond Beast's, no routing but by
// string, no metrics, no cancellation. /json answers on the I/O thread, /json-pool on a pool of 16 threads.
// Prints "listening on <port>" and runs until SIGTERM.

#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <iostream>
#include <memory>
#include <string>

namespace {

namespace beast = boost::beast;
namespace http = beast::http;
namespace net = boost::asio;
using net::ip::tcp;

class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(tcp::socket socket, net::thread_pool& pool) : stream_(std::move(socket)), pool_(pool) {
    stream_.socket().set_option(tcp::no_delay(true));
  }

  void Read() {
    request_ = {};
    stream_.expires_after(std::chrono::seconds(30));
    http::async_read(stream_, buffer_, request_,
                     [self = shared_from_this()](beast::error_code error, size_t) {
                       if (!error) self->Answer();
                     });
  }

 private:
  void Answer() {
    if (request_.target() != "/json-pool") {
      MakeResponse();
      return Write();
    }
    net::post(pool_, [self = shared_from_this()] {
      self->MakeResponse();
      net::post(self->stream_.get_executor(), [self] { self->Write(); });
    });
  }

  void MakeResponse() {
    response_ = {http::status::ok, request_.version()};
    response_.set(http::field::content_type, "application/json");
    response_.body() = "{\"n\":" + std::to_string(42) + ",\"status\":\"ok\"}";
    response_.keep_alive(request_.keep_alive());
    response_.prepare_payload();
  }

  void Write() {
    http::async_write(stream_, response_, [self = shared_from_this()](beast::error_code error, size_t) {
      if (!error && self->response_.keep_alive()) self->Read();
    });
  }

  beast::tcp_stream stream_;
  net::thread_pool& pool_;
  beast::flat_buffer buffer_;
  http::request<http::string_body> request_;
  http::response<http::string_body> response_;
};

void Accept(tcp::acceptor& acceptor, net::thread_pool& pool) {
  acceptor.async_accept([&](beast::error_code error, tcp::socket socket) {
    if (error) return;
    std::make_shared<Session>(std::move(socket), pool)->Read();
    Accept(acceptor, pool);
  });
}

}  // namespace

int main() {
  net::io_context context(1);
  net::thread_pool pool(16);
  tcp::acceptor acceptor(context, {net::ip::address_v4::loopback(), 0});
  Accept(acceptor, pool);
  net::signal_set signals(context, SIGTERM);
  signals.async_wait([&](beast::error_code, int) { context.stop(); });
  std::cout << "listening on " << acceptor.local_endpoint().port() << std::endl;
  context.run();
  pool.join();
}
