#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>

namespace tarn::spotify_stand_in {

/// Misfortune that a whole run meets, the same for the same seed whatever the order of the requests.
struct ChaosOptions {
  int64_t seed = 1;
  int64_t errors_percent = 0;       ///< of the requests answered 500
  int64_t rate_limits_percent = 0;  ///< of the requests answered 429
  int64_t max_retry_after = 0;      ///< with a Retry-After of 0 to so many seconds
  int64_t expire_tokens_at = 0;  ///< before the request of that number, from 1, all tokens expire; 0: never
  int64_t drop_at = 0;  ///< the answer to the request of that number breaks off in its middle; 0: never
};

/// Thread-safe.
class Chaos {
 public:
  explicit Chaos(ChaosOptions options) : options_(options) {}

  struct Fate {
    int status = 0;  ///< 0: the real answer
    int64_t retry_after = 0;
    bool expire_tokens = false;
    bool drop = false;
  };
  /// What the next request for `target` meets.
  Fate Next(const std::string& target);

  /// How many requests were answered 500 or 429, or broken off.
  int64_t hits() const;

 private:
  const ChaosOptions options_;
  mutable std::mutex mutex_;
  std::map<std::string, int64_t> tries_;
  int64_t requests_ = 0;
  int64_t hits_ = 0;
};

}  // namespace tarn::spotify_stand_in
