#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <string>

#include "common/result/result.h"
#include "services/extract/sources/client/source_client.h"

namespace tarn::extract {

struct OAuthOptions {
  enum class Grant { kClientCredentials, kRefreshToken };

  Grant grant = Grant::kClientCredentials;
  std::string token_url;
  std::string client_id;
  std::string client_secret;
  std::string refresh_token;                ///< the first one; later ones are kept in the source's notes
  std::string scope;                        ///< may be empty
  std::map<std::string, std::string> more;  ///< further members of the request's form
  bool credentials_in_body = false;         ///< client id and secret in the form instead of a Basic header
};

/// Gets access tokens (RFC 6749 sections 4.4 and 6) and keeps the current one until shortly before it
/// expires. Thread-safe: of several threads that need a new token, one asks.
///
/// A refresh token that replaces the one of the options is kept in the source's notes, a JSON object, as the
/// members "refresh_token" and "refresh_token_from" (a hash of the option it goes back to: another option
/// starts anew). Members of other names are left as they are. Before a token is exchanged, the notes are
/// written once, as a token that comes and cannot be stored is the only one that is left; where that happens
/// all the same, it is kept for as long as the process lives, and whoever needs a token next stores it first.
class OAuthTokens {
 public:
  using Clock = std::function<std::chrono::steady_clock::time_point()>;

  OAuthTokens(OAuthOptions options, SourceClient& client, SavedState& state,
              Clock clock = std::chrono::steady_clock::now);

  /// The current token, or a new one. A refresh token that comes with it is durable before it is used.
  /// Errors, with where() = the token URL: kUnauthenticated if the credentials are refused, kUnprocessable
  /// for an answer that is no token, those of SourceClient::Send and of SavedState.
  Result<std::string> Get();

  /// Forgets `token`, which the API did not accept, unless another one has taken its place.
  void Discard(const std::string& token);

 private:
  Status Fetch();
  Result<http_client::Response> Ask(const std::string& refresh_token);
  Status Take(const http_client::Response& response, std::chrono::steady_clock::time_point asked_at);
  Result<std::string> CurrentRefreshToken();
  /// Stores the one that is not stored yet, if there is one.
  Status KeepRefreshToken();
  Status KeepRefreshTokenAtLast();

  const OAuthOptions options_;
  SourceClient& client_;
  SavedState& state_;
  const Clock clock_;

  std::mutex mutex_;
  std::string token_;
  std::chrono::steady_clock::time_point good_until_{};
};

}  // namespace tarn::extract
