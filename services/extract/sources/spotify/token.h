#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "services/extract/sources/connector.h"
#include "services/extract/sources/spotify/options.h"
#include "services/extract/sources/spotify/pause.h"

namespace tarn::extract::spotify {

/// Gets access tokens by the client-credentials grant (RFC 6749 section 4.4) and keeps the current one until
/// shortly before it expires. One thread at a time.
class TokenSource {
 public:
  using Clock = std::function<std::chrono::steady_clock::time_point()>;

  TokenSource(const Options& options, RunContext& context, Pause& pause,
              Clock clock = std::chrono::steady_clock::now)
      : options_(options), context_(context), pause_(pause), clock_(std::move(clock)) {}

  /// The current token, or a new one. Errors: kUnauthenticated if the credentials are refused, kUnprocessable
  /// for an answer that is no token, kResourceExhausted for a 429 that outlasts the retries, kUnavailable,
  /// kDeadlineExceeded, kCancelled.
  Result<std::string> Get();

  /// Forgets the current token: the API did not accept it.
  void Discard() { token_.clear(); }

 private:
  Status Fetch();

  const Options& options_;
  RunContext& context_;
  Pause& pause_;
  Clock clock_;
  std::string token_;
  std::chrono::steady_clock::time_point good_until_{};
};

}  // namespace tarn::extract::spotify
