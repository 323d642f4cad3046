#pragma once

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>

#include "common/http_client/http_client.h"

namespace tarn::extract::spotify {

/// Remembers that Spotify asked to be left alone for longer than a run waits.
class Pause {
 public:
  /// Notes the delay that `response` asks for (the longest one a run waits if it names none) and returns the
  /// kResourceExhausted error that breaks the run off.
  Error Ask(const http_client::Response& response, const http_client::RetryPolicy& retry,
            const std::string& url) {
    delay_ = std::max(http_client::RetryAfter(response).value_or(retry.max_retry_after), retry.max_backoff);
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(*delay_).count();
    return Error(Code::kResourceExhausted,
                 "the rate limit is exceeded; asked to wait " + std::to_string(seconds) + " s")
        .At(url);
  }

  std::optional<std::chrono::milliseconds> delay() const { return delay_; }

 private:
  std::optional<std::chrono::milliseconds> delay_;
};

}  // namespace tarn::extract::spotify
