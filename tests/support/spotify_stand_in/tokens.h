#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace tarn::spotify_stand_in {

/// Gives out access tokens and knows which are still good. Thread-safe.
class Tokens {
 public:
  struct Options {
    std::string client_id = "stand-in";
    std::string client_secret = "stand-in";
    std::chrono::seconds lifetime{3600};
    int64_t max_requests = 0;  ///< a token expires after so many requests; 0: never
  };

  explicit Tokens(Options options) : options_(std::move(options)) {}

  /// Checks the credentials of a request of the client-credentials grant: `authorization` is the header's
  /// value, `form` the body. Returns a new token, or nothing if they are wrong.
  std::optional<std::string> Issue(std::string_view authorization, std::string_view form);

  /// Counts a request with this Authorization header; false if it holds no token that is good.
  bool Accept(std::string_view authorization);

  /// Makes every token given out so far worthless.
  void ExpireAll();

  std::chrono::seconds lifetime() const { return options_.lifetime; }
  int64_t issued() const;

 private:
  struct Token {
    std::chrono::steady_clock::time_point expires;
    int64_t requests = 0;
  };

  const Options options_;
  mutable std::mutex mutex_;
  std::map<std::string, Token, std::less<>> tokens_;
  int64_t issued_ = 0;
};

}  // namespace tarn::spotify_stand_in
