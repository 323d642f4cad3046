#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/events/subscriptions.h"
#include "common/sqlite/database.h"

namespace tarn::events {

/// The schema of events.db.
const std::vector<std::string>& SubscriptionMigrations();

/// The columns of each kind of row, in the order in which the functions below bind and read them.
inline constexpr const char* kSubscriptionColumns =
    "id, endpoint, bucket, prefix, suffix, types, writer, secret, enabled, disabled_reason, created_ms, body_format, paused, "
    "previous_secret, previous_secret_until_ms, revision";
inline constexpr const char* kStateColumns =
    "subscription_id, writer, delivered_sequence, attempts, failing_since_ms, last_status, last_error, next_attempt_ms, "
    "read_sequence, pending";
inline constexpr const char* kAttemptColumns =
    "subscription_id, writer, sequence, event_id, key, at_ms, duration_ms, status, error";
inline constexpr const char* kLetterColumns = "id, subscription_id, sequence, reason, created_ms, redrive_requested";

/// Binds the columns to the parameters from 1 on.
void BindSubscription(sqlite::Statement& statement, const Subscription& subscription);

Subscription ReadSubscription(const sqlite::Statement& row);
DeliveryState ReadState(const sqlite::Statement& row);
DeliveryAttempt ReadAttempt(const sqlite::Statement& row);
DeadLetter ReadLetter(const sqlite::Statement& row);

std::optional<int64_t> ToMillis(const std::optional<Timestamp>& time);
std::optional<Timestamp> FromMillis(const std::optional<int64_t>& ms);

}  // namespace tarn::events
