#pragma once

#include <memory>
#include <string>

#include "common/http/exchange.h"
#include "common/result/result.h"

namespace tarn::http {

/// An http_listener of cpprestsdk whose transport is this folder's. The listener owns the life cycle (open,
/// close) and calls the handler with an http_request; the Exchange travels in its server context, because
/// cpprest's own header map merges and reorders fields and its body streams hold nobody back.
class Listener {
 public:
  /// What takes connections for one listener.
  class Endpoint {
   public:
    virtual ~Endpoint() = default;
    /// Takes no more requests and returns once none is left.
    virtual void Drain() = 0;
  };

  /// Opens a listener for `url`. The endpoint, which must outlive it, may take requests from then on. Errors:
  /// kConflict if one is open there, kInternal if cpprest does not use our transport.
  static Result<std::unique_ptr<Listener>> Open(const std::string& url, Endpoint& endpoint);

  virtual ~Listener() = default;
  /// Runs the exchange's handler through the listener, on the calling thread, and delivers its answer.
  virtual void Handle(std::shared_ptr<Exchange> exchange) = 0;
  /// Drains the endpoint. Not from a handler, which it would wait for.
  virtual void Close() = 0;
};

}  // namespace tarn::http
