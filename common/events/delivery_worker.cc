#include "common/events/delivery_worker.h"

#include <algorithm>

#include "common/events/webhook.h"
#include "common/ids/ulid.h"
#include "common/logging/log.h"
#include "common/tracing/trace_context.h"

namespace tarn::events {
namespace {

using object_store::Event;
using std::chrono::milliseconds;

constexpr int64_t kPage = 500;
constexpr milliseconds kSaveInterval{500};
constexpr milliseconds kErrorPause{1'000};  // after a failure of our own stores

object_store::EventFilter FilterOf(const Subscription& subscription, const std::string& writer) {
  object_store::EventFilter filter = subscription.filter;
  if (filter.writer.empty()) filter.writer = writer;
  return filter;
}

}  // namespace

DeliveryWorker::DeliveryWorker(const DeliveryContext& context, Subscription subscription)
    : context_(context), subscription_(std::move(subscription)), thread_([this](std::stop_token stop) { Run(stop); }) {}

void DeliveryWorker::Change(const Subscription& subscription) {
  const std::lock_guard lock(mutex_);
  subscription_ = subscription;
}

Subscription DeliveryWorker::Current() const {
  const std::lock_guard lock(mutex_);
  return subscription_;
}

std::optional<Timestamp> DeliveryWorker::oldest_undelivered() const {
  const int64_t ms = oldest_undelivered_ms_;
  return ms == 0 ? std::nullopt : std::optional(FromUnixMillis(ms));
}

void DeliveryWorker::Run(std::stop_token stop) {
  const std::string id = Current().id;
  uint64_t seen = 0;
  bool loaded = false;
  while (!stop.stop_requested() && !ended_) {
    const auto work = [&]() -> Status {
      if (!loaded) {
        TARN_ASSIGN(state_, context_.subscriptions.LoadState(id, context_.options.writer));
        saved_sequence_ = state_.delivered_sequence;
        saved_attempts_ = state_.attempts;
        loaded = true;
        if (state_.next_attempt_at) TARN_TRY(WaitForNextAttempt(stop));
      }
      TARN_TRY(DeliverNews(stop));
      return Redrive(stop);
    };
    if (const Status worked = work(); worked.ok()) {
      if (!stop.stop_requested() && !ended_) context_.news.Wait(stop, context_.options.poll, seen);
    } else if (worked.error().code() == Code::kNotFound) {
      ended_ = true;  // the subscription was removed
    } else {
      log::Warn("deliveries are held up", {{"subscription", id}, {"reason", worked.error()}});
      context_.news.Pause(stop, kErrorPause);
    }
  }
  if (loaded) (void)SaveProgress().ok();
}

Status DeliveryWorker::DeliverNews(std::stop_token stop) {
  while (!stop.stop_requested() && !ended_) {
    TARN_ASSIGN(const auto page, context_.store.ReadEvents(state_.delivered_sequence,
                                                           FilterOf(Current(), context_.options.writer), kPage));
    for (const Event& event : page.events) {
      // Saving costs an fsync; what is not saved is delivered twice after a crash, which receivers must expect.
      if (std::chrono::steady_clock::now() - saved_at_ > kSaveInterval) TARN_TRY(SaveProgress());
      oldest_undelivered_ms_ = ToUnixMillis(event.time);
      TARN_ASSIGN(const bool go_on, Deliver(event, stop));
      if (!go_on) return Ok();
      state_.delivered_sequence = event.sequence;
    }
    oldest_undelivered_ms_ = 0;
    const bool at_end = page.last_sequence == state_.delivered_sequence;
    state_.delivered_sequence = page.last_sequence;
    // Events of others that were only passed over are not worth an fsync each.
    if (!page.events.empty() || state_.delivered_sequence - saved_sequence_ > kPage) TARN_TRY(SaveProgress());
    if (at_end) return Ok();
  }
  return Ok();
}

Result<bool> DeliveryWorker::Deliver(const Event& event, std::stop_token stop) {
  while (!stop.stop_requested()) {
    const Attempt attempt = Send(event, stop);
    switch (attempt.kind) {
      case Attempt::Kind::kDelivered:
        Count("success");
        state_.attempts = 0;
        state_.last_status = attempt.status;
        state_.last_error.clear();
        state_.failing_since.reset();
        state_.next_attempt_at.reset();
        return true;
      case Attempt::Kind::kCancelled:
        return false;
      case Attempt::Kind::kGone: {
        state_.last_status = attempt.status;
        TARN_TRY(Disable(attempt.reason));
        return false;
      }
      case Attempt::Kind::kFailed: {
        TARN_ASSIGN(const bool given_up, HandleFailure(event, attempt, stop));
        if (given_up) return true;
      }
    }
  }
  return false;
}

// Notes the failure and waits for the time of the next try; true if the event is given up instead.
Result<bool> DeliveryWorker::HandleFailure(const Event& event, const Attempt& attempt, std::stop_token stop) {
  Count("failure");
  const auto& options = context_.options;
  const Timestamp now = Now();
  ++state_.attempts;
  state_.last_status = attempt.status;
  state_.last_error = attempt.reason;
  if (!state_.failing_since) state_.failing_since = now;
  // An event gets its full time even if its turn comes long after the endpoint began to fail.
  if (now - std::max(event.time, *state_.failing_since) >= options.give_up_after) {
    Count("dead_letter");
    log::Failure("a webhook is given up", {{"subscription", state_.subscription_id}, {"sequence", event.sequence},
                                           {"reason", attempt.reason}});
    TARN_TRY(context_.subscriptions.AddDeadLetter({NewUlid(), state_.subscription_id, event.sequence, attempt.reason, now}));
    state_.attempts = 0;
    state_.next_attempt_at.reset();
    return true;
  }
  const http_client::RetryPolicy policy{.initial_backoff = options.initial_backoff, .max_backoff = options.max_backoff};
  milliseconds delay = http_client::Backoff(policy, state_.attempts);
  if (attempt.retry_after) delay = std::max(delay, std::min(*attempt.retry_after, options.max_backoff));
  state_.next_attempt_at = now + delay;
  log::Info("a webhook is tried again", {{"subscription", state_.subscription_id}, {"sequence", event.sequence},
                                         {"attempt", state_.attempts}, {"delay_ms", delay.count()}, {"reason", attempt.reason}});
  TARN_TRY(SaveProgress());
  TARN_TRY(WaitForNextAttempt(stop));
  return false;
}

// Ends early if somebody forgets the wait in the store: the subscription was registered again.
Status DeliveryWorker::WaitForNextAttempt(std::stop_token stop) {
  while (!stop.stop_requested() && state_.next_attempt_at) {
    const milliseconds left = *state_.next_attempt_at - Now();
    if (left <= milliseconds::zero()) break;
    context_.news.Pause(stop, std::min(left, context_.options.poll));
    TARN_ASSIGN(const auto stored, context_.subscriptions.LoadState(state_.subscription_id, state_.writer));
    if (!stored.next_attempt_at) break;
  }
  return Ok();
}

Status DeliveryWorker::Redrive(std::stop_token stop) {
  if (ended_ || stop.stop_requested()) return Ok();
  TARN_ASSIGN(const auto letters, context_.subscriptions.RequestedRedrives(state_.subscription_id));
  for (const DeadLetter& letter : letters) {
    TARN_ASSIGN(const auto page, context_.store.ReadEvents(letter.sequence - 1, {}, 1));
    const auto event = std::find_if(page.events.begin(), page.events.end(),
                                    [&](const Event& candidate) { return candidate.sequence == letter.sequence; });
    // Another service's event is redriven by that service.
    if (event == page.events.end() || event->writer != context_.options.writer) continue;
    const Attempt attempt = Send(*event, stop);
    if (attempt.kind == Attempt::Kind::kCancelled) return Ok();
    const bool delivered = attempt.kind == Attempt::Kind::kDelivered;
    Count(delivered ? "success" : "failure");
    TARN_TRY(delivered ? context_.subscriptions.RemoveDeadLetter(letter.id)
                       : context_.subscriptions.RedriveFailed(letter.id, attempt.reason));
  }
  return Ok();
}

DeliveryWorker::Attempt DeliveryWorker::Send(const Event& event, std::stop_token stop) {
  const Subscription subscription = Current();
  const ScopedTrace trace(TraceContext::FromTraceparent(event.traceparent));
  http_client::Request request;
  request.method = "POST";
  request.url = subscription.endpoint;
  request.body = ToCloudEvent(event);
  request.headers = SignatureHeaders(subscription.secret, event.id, Now(), request.body);
  request.headers.emplace_back("content-type", "application/cloudevents+json; charset=utf-8");
  request.headers.emplace_back("traceparent", TraceContext::Current().Traceparent());
  request.timeout = context_.options.timeout;
  request.connect_timeout = std::min(request.connect_timeout, context_.options.timeout);
  request.max_response_bytes = 64 * 1024;
  request.address_policy = context_.options.address_policy;
  request.cancelled = stop;
  const auto response = context_.client.Send(request);
  if (!response.ok()) {
    const bool cancelled = response.error().code() == Code::kCancelled && stop.stop_requested();
    return {cancelled ? Attempt::Kind::kCancelled : Attempt::Kind::kFailed, 0, response.error().message(), {}};
  }
  const int status = response->status;
  if (status >= 200 && status < 300) return {Attempt::Kind::kDelivered, status, "", {}};
  const std::string reason = "the endpoint answered " + std::to_string(status);
  if (status == 410) return {Attempt::Kind::kGone, status, reason, {}};
  const bool waits = status == 429 || status == 503;
  return {Attempt::Kind::kFailed, status, reason, waits ? http_client::RetryAfter(*response) : std::nullopt};
}

Status DeliveryWorker::Disable(const std::string& reason) {
  Count("disabled");
  log::Warn("a subscription is disabled", {{"subscription", state_.subscription_id}, {"reason", reason}});
  TARN_TRY(context_.subscriptions.Disable(state_.subscription_id, reason));
  ended_ = true;
  return Ok();
}

Status DeliveryWorker::SaveProgress() {
  if (state_.delivered_sequence == saved_sequence_ && state_.attempts == saved_attempts_) return Ok();
  TARN_TRY(context_.subscriptions.SaveState(state_));
  saved_sequence_ = state_.delivered_sequence;
  saved_attempts_ = state_.attempts;
  saved_at_ = std::chrono::steady_clock::now();
  return Ok();
}

void DeliveryWorker::Count(const char* result) {
  context_.metrics.GetCounter("tarn_webhook_deliveries_total", "Webhook requests by what came of them.", {{"result", result}}).Add();
}

}  // namespace tarn::events
