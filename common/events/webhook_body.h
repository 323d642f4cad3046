#pragma once

#include <string>
#include <string_view>

#include "common/events/subscriptions.h"
#include "common/object_store/object_store.h"
#include "common/time/time.h"

namespace tarn::events {

/// What is sent to a subscription.
struct WebhookBody {
  std::string content;
  std::string content_type;
};

/// Renders an event in the format that the subscription asks for.
WebhookBody RenderBody(const Subscription& subscription, const object_store::Event& event);

/// Renders what `POST /v1/subscriptions/{id}:test` sends: a CloudEvent of type "io.tarn.subscription.test", or S3's
/// `s3:TestEvent`.
WebhookBody RenderTestBody(const Subscription& subscription, const std::string& event_id, const std::string& writer,
                           Timestamp now);

/// True for a CloudEvent that RenderTestBody made.
bool IsTestEvent(std::string_view body);

/// Renders an event as the S3 event notification of version 2.1: one record, with the key URL-encoded as in a form and
/// the event's sequence as sequencer (16 hexadecimal digits, so that they order as text).
/// Source: Amazon S3 User Guide, "Event message structure".
std::string ToS3Notification(const object_store::Event& event, const std::string& subscription_id);

/// The name S3 has for what happened: "ObjectCreated:Put", "ObjectRemoved:DeleteMarkerCreated" ...
std::string S3EventName(const object_store::Event& event);

}  // namespace tarn::events
