#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "common/events/subscriptions.h"
#include "common/events/webhook_body.h"
#include "common/http_client/http_client.h"

namespace tarn::events {

struct WebhookSenderOptions {
  std::chrono::milliseconds timeout{10'000};
  http_client::AddressPolicy address_policy = http_client::AddressPolicy::kLoopbackOrPublic;
  /// Addresses that are allowed besides; null: none.
  std::shared_ptr<const http_client::AddressRanges> allowed_addresses = nullptr;
};

/// What came of one request.
struct WebhookAnswer {
  enum class Kind {
    kDelivered,
    kFailed,       ///< may be the event's fault
    kUnreachable,  ///< the endpoint's: no connection, or it asks for less (429, 503)
    kGone,         ///< 410: it wants nothing more
    kCancelled,
  } kind = Kind::kFailed;
  int status = 0;  ///< 0: no answer
  std::string reason;
  std::optional<std::chrono::milliseconds> retry_after;
};

/// Sends signed webhooks. Only 2xx is success; redirects are not followed. Thread-safe.
class WebhookSender {
 public:
  WebhookSender(http_client::HttpClient& client, WebhookSenderOptions options)
      : client_(client), options_(std::move(options)) {}

  /// Sends `body` as the webhook `id`, in the trace `traceparent`.
  WebhookAnswer Send(const Subscription& subscription, const std::string& id, WebhookBody body,
                     const std::string& traceparent, std::stop_token stop) const;

 private:
  http_client::HttpClient& client_;
  const WebhookSenderOptions options_;
};

}  // namespace tarn::events
