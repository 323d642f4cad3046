#pragma once

#include <cstdint>
#include <functional>

#include "common/events/subscriptions.h"
#include "common/object_store/object_store.h"
#include "common/result/result.h"
#include "common/time/time.h"

namespace tarn::events {

/// Trims the events before `before` from the front of the log, in small transactions, up to the first one that an
/// enabled subscription (a paused one is) is still to get. Stops early when `stopped` says so. One caller at a time.
/// Returns how many events are gone.
Result<int64_t> TrimDeliveredEvents(object_store::ObjectStore& store, SubscriptionStore& subscriptions, Timestamp before,
                                    const std::function<bool()>& stopped);

}  // namespace tarn::events
