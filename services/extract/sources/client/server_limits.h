#pragma once

#include <chrono>
#include <optional>

#include "common/http_client/http_client.h"
#include "common/time/time.h"

namespace tarn::extract {

// What a server says about its limits. Times that it gives as a date are taken relative to its own clock (its
// `Date`), so that ours may be wrong or jump; `now` stands in where it does not tell. No delay is longer than
// a day: then it is asked again.

/// How long `Retry-After` (RFC 9110 section 10.2.3) asks to wait; nothing if there is none or it cannot be
/// read.
std::optional<std::chrono::milliseconds> AskedDelay(const http_client::Response& response, Timestamp now);

/// How long until the server's budget is filled up again, if nothing of it remains: from RateLimit
/// (draft-ietf-httpapi-ratelimit-headers, its versions with "remaining=0, reset=9" and with
/// "policy";r=0;t=9), RateLimit-Remaining and -Reset, and their X- forms, whose reset may be a time in
/// seconds since 1970.
std::optional<std::chrono::milliseconds> BudgetDelay(const http_client::Response& response, Timestamp now);

}  // namespace tarn::extract
