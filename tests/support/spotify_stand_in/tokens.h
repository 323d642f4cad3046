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
    std::string refresh_token = "stand-in-refresh";
    bool rotate = false;  ///< a refresh token is good once, and its answer holds the next one
  };

  explicit Tokens(Options options) : options_(std::move(options)), refresh_token_(options_.refresh_token) {}

  struct Issued {
    std::string access_token;   ///< empty: refused
    std::string refresh_token;  ///< empty: none comes along
    std::string error;          ///< why it was refused, as RFC 6749 section 5.2 has it
  };

  /// Checks the credentials of a request of the client-credentials or the refresh-token grant:
  /// `authorization` is the header's value, `form` the body.
  Issued Issue(std::string_view authorization, std::string_view form);

  enum class Holder { kNobody, kApplication, kUser };

  /// Counts a request with this Authorization header; kNobody if it holds no token that is good.
  Holder Accept(std::string_view authorization);

  /// Whether a token that is good was given for a refresh token.
  bool IsOfUser(std::string_view authorization) const;

  /// Makes every token given out so far worthless.
  void ExpireAll();

  std::chrono::seconds lifetime() const { return options_.lifetime; }
  int64_t issued() const;

 private:
  struct Token {
    std::chrono::steady_clock::time_point expires;
    int64_t requests = 0;
    bool of_user = false;
  };

  const Options options_;
  mutable std::mutex mutex_;
  std::map<std::string, Token, std::less<>> tokens_;
  int64_t issued_ = 0;
  std::string refresh_token_;
};

}  // namespace tarn::spotify_stand_in
