#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "common/http/customs.h"
#include "common/http/router.h"
#include "common/metrics/registry.h"
#include "common/result/result.h"

namespace tarn::http {

/// What a client may cost. Every value can be set as an option of each service.
struct ServerOptions {
  std::string address = "127.0.0.1";
  uint16_t port = 0;  ///< 0: any free port, see Server::port()
  uint64_t header_limit_bytes = 16 * 1024;
  int64_t max_headers = 100;
  int64_t max_connections = 4096;
  std::chrono::milliseconds head_timeout{10'000};   ///< for a whole request head
  std::chrono::milliseconds idle_timeout{30'000};   ///< between requests
  std::chrono::milliseconds read_timeout{15'000};   ///< for the next bytes of a body
  std::chrono::milliseconds write_timeout{30'000};  ///< for the client to take the next bytes
  uint64_t min_upload_bytes_per_second = 4096;      ///< on average over the body
  std::chrono::milliseconds linger{2'000};  ///< how long the rest of a refused upload is read and thrown away
  std::chrono::milliseconds drain{10'000};  ///< how long Stop() lets requests finish
  int64_t io_threads = 1;
  int64_t worker_threads = 16;
  int64_t stream_threads = 64;  ///< streamed bodies handled at a time, each way; apart from the workers
  int64_t max_queued_requests = 1024;  ///< waiting for a worker; more are answered 503 with Retry-After
  uint64_t stream_buffer_bytes = 256 * 1024;  ///< per streamed body, each way
  uint64_t body_memory_bytes = 256 << 20;     ///< all buffered request bodies together; over it 503
};

/// Serves a router over HTTP/1.1: cpprestsdk's listener on the Boost.Beast transport of this folder. Adds to
/// every response: `Server: tarn`, `X-Content-Type-Options: nosniff`; writes a log line and the metric
/// http_server_request_duration_seconds{method,route,status} per request; makes the request's traceparent the
/// trace of the thread that runs the handler. One server per process may be open at a time per address.
///
/// Bound to a loopback address, it protects itself from web pages: a Host other than localhost, 127.0.0.1 or
/// [::1] (or one of the customs') is answered 421 (DNS rebinding), and a method that changes state with an Origin elsewhere 403.
///
/// Buffered bodies are read before a worker is taken. Streamed bodies, each way, run on threads of their own,
/// so that slow clients hold up streams only.
class Server {
 public:
  /// Starts to listen. `metrics` must outlive the server.
  /// Errors: kUnavailable if the address cannot be bound (the message says which), kInvalidArgument.
  static Result<std::unique_ptr<Server>> Start(const ServerOptions& options, Router router,
                                               metrics::Registry& metrics, ServerCustoms customs = {});
  virtual ~Server() = default;

  /// The port it listens on.
  virtual uint16_t port() const = 0;
  const Router& router() const { return router_; }

  /// Stops accepting, lets requests finish for `drain`, cancels the rest, and waits for their handlers.
  virtual void Stop() = 0;

 protected:
  explicit Server(Router router) : router_(std::move(router)) {}
  Router router_;
};

}  // namespace tarn::http
