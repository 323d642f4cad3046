#include "common/events/webhook_sender.h"

#include <algorithm>

#include "common/events/webhook.h"
#include "common/tracing/trace_context.h"

namespace tarn::events {

using Kind = WebhookAnswer::Kind;

WebhookAnswer WebhookSender::Send(const Subscription& subscription, const std::string& id, WebhookBody body,
                                  const std::string& traceparent, std::stop_token stop) const {
  const ScopedTrace trace(TraceContext::FromTraceparent(traceparent));
  const Timestamp now = Now();
  http_client::Request request;
  request.method = "POST";
  request.url = subscription.endpoint;
  request.body = std::move(body.content);
  request.headers = SignatureHeaders(subscription.SecretsAt(now), id, now, request.body);
  request.headers.emplace_back("content-type", std::move(body.content_type));
  request.headers.emplace_back("traceparent", TraceContext::Current().Traceparent());
  request.timeout = options_.timeout;
  request.connect_timeout = std::min(request.connect_timeout, options_.timeout);
  request.max_response_bytes = 1 << 20;
  request.address_policy = options_.address_policy;
  request.allowed_addresses = options_.allowed_addresses;
  request.cancelled = stop;
  const auto response = client_.Send(request);
  if (!response.ok()) {
    const Code code = response.error().code();
    if (code == Code::kCancelled && stop.stop_requested()) return {Kind::kCancelled, 0, response.error().message(), {}};
    // A timeout may be the work of this one event.
    const bool unreachable = code == Code::kUnavailable || code == Code::kPermissionDenied;
    return {unreachable ? Kind::kUnreachable : Kind::kFailed, 0, response.error().message(), {}};
  }
  const int status = response->status;
  if (status >= 200 && status < 300) return {Kind::kDelivered, status, "", {}};
  const std::string reason = "the endpoint answered " + std::to_string(status);
  if (status == 410) return {Kind::kGone, status, reason, {}};
  if (status == 429 || status == 503) return {Kind::kUnreachable, status, reason, http_client::RetryAfter(*response)};
  return {Kind::kFailed, status, reason, {}};
}

}  // namespace tarn::events
