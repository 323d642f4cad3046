#include "common/events/subscription_rows.h"

namespace tarn::events {
namespace {

using object_store::Event;

// Only ever appended to.
const std::vector<std::string> kMigrations = {R"sql(
  CREATE TABLE subscriptions (
    id TEXT PRIMARY KEY,
    endpoint TEXT NOT NULL,
    bucket TEXT NOT NULL,
    prefix TEXT NOT NULL,
    suffix TEXT NOT NULL,
    types INTEGER NOT NULL,         -- a bit per event type; 0: all
    writer TEXT NOT NULL,
    secret TEXT NOT NULL,
    enabled INTEGER NOT NULL,
    disabled_reason TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    start_after INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE delivery_states (
    subscription_id TEXT NOT NULL REFERENCES subscriptions (id) ON DELETE CASCADE,
    writer TEXT NOT NULL,
    delivered_sequence INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    failing_since_ms INTEGER,
    last_status INTEGER NOT NULL,
    last_error TEXT NOT NULL,
    next_attempt_ms INTEGER,
    PRIMARY KEY (subscription_id, writer)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE dead_letters (
    id TEXT PRIMARY KEY,
    subscription_id TEXT NOT NULL REFERENCES subscriptions (id) ON DELETE CASCADE,
    sequence INTEGER NOT NULL,
    reason TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    redrive_requested INTEGER NOT NULL,
    UNIQUE (subscription_id, sequence)
  ) STRICT;
  CREATE INDEX dead_letters_to_redrive ON dead_letters (subscription_id, id) WHERE redrive_requested = 1;
)sql",
                                              R"sql(
  ALTER TABLE subscriptions ADD COLUMN body_format INTEGER NOT NULL DEFAULT 0;  -- 0 CloudEvents, 1 S3 notification
  ALTER TABLE subscriptions ADD COLUMN paused INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE subscriptions ADD COLUMN previous_secret TEXT NOT NULL DEFAULT '';
  ALTER TABLE subscriptions ADD COLUMN previous_secret_until_ms INTEGER;
  ALTER TABLE subscriptions ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;

  ALTER TABLE delivery_states ADD COLUMN read_sequence INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE delivery_states ADD COLUMN pending INTEGER NOT NULL DEFAULT 0;

  CREATE TABLE delivery_attempts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    subscription_id TEXT NOT NULL REFERENCES subscriptions (id) ON DELETE CASCADE,
    writer TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    event_id TEXT NOT NULL,
    key TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    duration_ms INTEGER NOT NULL,
    status INTEGER NOT NULL,
    error TEXT NOT NULL
  ) STRICT;
  CREATE INDEX delivery_attempts_by_subscription ON delivery_attempts (subscription_id, writer, id);
)sql"};

int64_t PackTypes(const std::vector<Event::Type>& types) {
  int64_t bits = 0;
  for (const Event::Type type : types) bits |= int64_t{1} << static_cast<int>(type);
  return bits;
}

std::vector<Event::Type> UnpackTypes(int64_t bits) {
  std::vector<Event::Type> types;
  for (const Event::Type type : object_store::kEventTypes) {
    if (bits >> static_cast<int>(type) & 1) types.push_back(type);
  }
  return types;
}

}  // namespace

const std::vector<std::string>& SubscriptionMigrations() { return kMigrations; }

std::optional<int64_t> ToMillis(const std::optional<Timestamp>& time) {
  return time ? std::optional(ToUnixMillis(*time)) : std::nullopt;
}

std::optional<Timestamp> FromMillis(const std::optional<int64_t>& ms) {
  return ms ? std::optional(FromUnixMillis(*ms)) : std::nullopt;
}

void BindSubscription(sqlite::Statement& statement, const Subscription& subscription) {
  const auto& filter = subscription.filter;
  statement.Bind(1, subscription.id).Bind(2, subscription.endpoint).Bind(3, filter.bucket).Bind(4, filter.prefix);
  statement.Bind(5, filter.suffix).Bind(6, PackTypes(filter.types)).Bind(7, filter.writer).Bind(8, subscription.secret);
  statement.Bind(9, subscription.enabled ? 1 : 0).Bind(10, subscription.disabled_reason);
  statement.Bind(11, ToUnixMillis(subscription.created_at)).Bind(12, static_cast<int>(subscription.body_format));
  statement.Bind(13, subscription.paused ? 1 : 0).Bind(14, subscription.previous_secret);
  statement.Bind(15, ToMillis(subscription.previous_secret_until)).Bind(16, subscription.revision);
}

Subscription ReadSubscription(const sqlite::Statement& row) {
  Subscription subscription;
  subscription.id = row.Text(0);
  subscription.endpoint = row.Text(1);
  subscription.filter = {row.Text(2), row.Text(3), row.Text(4), UnpackTypes(row.Integer(5)), row.Text(6)};
  subscription.secret = row.Text(7);
  subscription.enabled = row.Integer(8) != 0;
  subscription.disabled_reason = row.Text(9);
  subscription.created_at = FromUnixMillis(row.Integer(10));
  subscription.body_format = row.Integer(11) == 1 ? BodyFormat::kS3 : BodyFormat::kCloudEvents;
  subscription.paused = row.Integer(12) != 0;
  subscription.previous_secret = row.Text(13);
  subscription.previous_secret_until = FromMillis(row.OptionalInteger(14));
  subscription.revision = row.Integer(15);
  return subscription;
}

DeliveryState ReadState(const sqlite::Statement& row) {
  return {row.Text(0),
          row.Text(1),
          row.Integer(2),
          static_cast<int>(row.Integer(3)),
          FromMillis(row.OptionalInteger(4)),
          static_cast<int>(row.Integer(5)),
          row.Text(6),
          FromMillis(row.OptionalInteger(7)),
          row.Integer(8),
          row.Integer(9)};
}

DeliveryAttempt ReadAttempt(const sqlite::Statement& row) {
  return {row.Text(0),
          row.Text(1),
          row.Integer(2),
          row.Text(3),
          row.Text(4),
          FromUnixMillis(row.Integer(5)),
          std::chrono::milliseconds(row.Integer(6)),
          static_cast<int>(row.Integer(7)),
          row.Text(8)};
}

DeadLetter ReadLetter(const sqlite::Statement& row) {
  return {row.Text(0), row.Text(1), row.Integer(2), row.Text(3), FromUnixMillis(row.Integer(4)), row.Integer(5) != 0};
}

}  // namespace tarn::events
