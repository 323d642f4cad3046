#include "common/http/server.h"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>
#include <future>
#include <mutex>
#include <optional>

#include "common/http/descriptor_limit.h"
#include "common/http/event_loop.h"
#include "common/http/listener.h"
#include "common/http/serving.h"
#include "common/logging/log.h"

namespace tarn::http {
namespace {

namespace net = boost::asio;
using boost::system::error_code;
using net::ip::tcp;
using Acceptor = net::basic_socket_acceptor<tcp, Executor>;

constexpr std::chrono::milliseconds kAcceptPause{50};
// Connections over the limit that may be open to be told so; others are closed without a word.
constexpr int64_t kMaxRefusals = 64;

Status CheckOptions(const ServerOptions& options) {
  const bool counts = options.max_connections > 0 && options.io_threads > 0 && options.worker_threads > 0 &&
                      options.stream_threads > 0 && options.max_queued_requests > 0 &&
                      options.max_headers > 0;
  const bool sizes = options.header_limit_bytes > 0 && options.stream_buffer_bytes > 0 &&
                     options.min_upload_bytes_per_second > 0;
  if (counts && sizes) return Ok();
  return Error(Code::kInvalidArgument, "the limits of the server must be greater than zero");
}

// Accepts connections for one server and deals them out to its event loops.
class ConnectionAcceptor {
 public:
  ConnectionAcceptor(Serving& serving, std::vector<std::unique_ptr<EventLoop>>& loops)
      : serving_(serving),
        loops_(loops),
        acceptor_(loops.front()->context()),
        pause_(loops.front()->context()) {}

  Status Bind(const tcp::endpoint& endpoint) {
    error_code error;
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(net::socket_base::max_listen_connections, error);
    if (!error) return Ok();
    return Error(Code::kUnavailable, "cannot listen on " + endpoint.address().to_string() + ":" +
                                         std::to_string(endpoint.port()) + ": " + error.message());
  }

  uint16_t port() const { return acceptor_.local_endpoint().port(); }

  void Start() {
    net::post(acceptor_.get_executor(), [this] { AcceptNext(); });
  }

  // Returns when no more connections come.
  void Stop() {
    std::promise<void> closed;
    net::post(acceptor_.get_executor(), [&] {
      error_code ignored;
      acceptor_.close(ignored);
      pause_.cancel();
      closed.set_value();
    });
    closed.get_future().wait();
  }

 private:
  void AcceptNext() {
    EventLoop& loop = *loops_[next_++ % loops_.size()];
    acceptor_.async_accept(loop.context(), [this, &loop](error_code error, Socket socket) {
      if (!acceptor_.is_open()) return;
      if (error) return AcceptLater(error);
      Adopt(loop, std::move(socket));
      AcceptNext();
    });
  }

  // Typically there are no file descriptors left: connections that end will free some.
  void AcceptLater(error_code error) {
    log::Warn("cannot accept connections for the moment", {{"reason", error.message()}});
    pause_.expires_after(kAcceptPause);
    pause_.async_wait([this](error_code) {
      if (acceptor_.is_open()) AcceptNext();
    });
  }

  void Adopt(EventLoop& loop, Socket socket) {
    const int64_t open = serving_.connections.Add();
    if (open > serving_.options.max_connections + kMaxRefusals) return serving_.connections.Remove();
    loop.Adopt(std::move(socket), open > serving_.options.max_connections);
  }

  Serving& serving_;
  std::vector<std::unique_ptr<EventLoop>>& loops_;
  size_t next_ = 0;
  Acceptor acceptor_;
  net::steady_timer pause_;
};

class ListeningServer : public Server, public Listener::Endpoint {
 public:
  ListeningServer(const ServerOptions& options, Router router, metrics::Registry& metrics, ServerCustoms customs)
      : Server(std::move(router)), serving_(options, router_, metrics, std::move(customs)) {
    for (int64_t i = 0; i < options.io_threads; ++i) loops_.push_back(std::make_unique<EventLoop>(serving_));
    acceptor_.emplace(serving_, loops_);
  }
  ~ListeningServer() override { Stop(); }

  Status Start() {
    error_code error;
    const auto address = net::ip::make_address(serving_.options.address, error);
    if (error)
      return Error(Code::kInvalidArgument,
                   "the address to listen on must be an IP address, not: " + serving_.options.address);
    RaiseDescriptorLimit(static_cast<uint64_t>(serving_.options.max_connections));
    TARN_TRY(acceptor_->Bind(tcp::endpoint(address, serving_.options.port)));
    port_ = acceptor_->port();
    serving_.loopback_only = address.is_loopback();
    const std::string host = address.is_v6() ? '[' + address.to_string() + ']' : address.to_string();
    TARN_ASSIGN(listener_, Listener::Open("http://" + host + ':' + std::to_string(port_) + '/', *this));
    serving_.listener = listener_.get();
    acceptor_->Start();
    return Ok();
  }

  uint16_t port() const override { return port_; }

  void Stop() override {
    if (listener_) listener_->Close();
    Drain();
  }

  // Everything a connection or a handler uses stands until the last of them has ended.
  void Drain() override {
    std::call_once(drained_, [this] {
      serving_.draining = true;
      acceptor_->Stop();
      for (const auto& loop : loops_) loop->Drain();
      if (!serving_.connections.WaitUntilNone(serving_.options.drain)) {
        for (const auto& loop : loops_) loop->Kill();
        serving_.connections.WaitUntilNone();
      }
      serving_.workers.Join();
      serving_.uploads.Join();
      serving_.downloads.Join();
    });
  }

 private:
  Serving serving_;
  std::vector<std::unique_ptr<EventLoop>> loops_;
  std::optional<ConnectionAcceptor> acceptor_;
  std::unique_ptr<Listener> listener_;
  uint16_t port_ = 0;
  std::once_flag drained_;
};

}  // namespace

Result<std::unique_ptr<Server>> Server::Start(const ServerOptions& options, Router router,
                                              metrics::Registry& metrics, ServerCustoms customs) {
  TARN_TRY(CheckOptions(options));
  auto server = std::make_unique<ListeningServer>(options, std::move(router), metrics, std::move(customs));
  TARN_TRY(server->Start());
  return std::unique_ptr<Server>(std::move(server));
}

}  // namespace tarn::http
