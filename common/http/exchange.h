#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <stop_token>

#include "common/http/body_budget.h"
#include "common/http/customs.h"
#include "common/http/message.h"
#include "common/http/router.h"
#include "common/tracing/trace_context.h"

namespace tarn::http {

/// One request and its response on the way through the server. The connection fills in the request, one
/// handler thread runs the route, then the connection takes the response: never two of them at a time, but
/// for Cancel().
class Exchange {
 public:
  /// The connection that waits for the answer.
  class Owner {
   public:
    virtual ~Owner() = default;
    /// The response is there. Called once, on the thread that made it, with the reference to be kept until
    /// that has been dealt with.
    virtual void Answered(std::shared_ptr<Owner> self) = 0;
  };

  /// `customs` must live as long.
  Exchange(std::weak_ptr<Owner> owner, BodyBudget& budget, const ServerCustoms& customs)
      : body_memory(budget), owner_(std::move(owner)), customs_(customs) {}

  /// Runs the route's handler within the request's trace and keeps its response. What it throws becomes a
  /// 500; errors are rendered as the server's customs say.
  void RunHandler();
  /// Produces a streamed body likewise.
  Status RunStream(BodyWriter& writer);
  /// Hands the response to the connection. Later calls do nothing.
  void Deliver();
  /// Asks the handler to stop. Any thread.
  void Cancel() { stop_.request_stop(); }

  Request request;
  const Route* route = nullptr;
  Response response;
  TraceContext trace;
  std::chrono::steady_clock::time_point started;
  BodyBudget::Share body_memory;  ///< what the buffered body takes

  /// Makes Request::cancelled; for handlers that run beside the connection.
  void MakeCancellable() {
    stop_ = std::stop_source();
    request.cancelled = stop_.get_token();
  }

 private:
  std::weak_ptr<Owner> owner_;
  const ServerCustoms& customs_;
  std::stop_source stop_{std::nostopstate};
};

}  // namespace tarn::http
