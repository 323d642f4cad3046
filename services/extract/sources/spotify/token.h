#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "services/extract/sources/connector.h"
#include "services/extract/sources/spotify/options.h"

namespace tarn::extract::spotify {

/// Gets access tokens by the client-credentials grant (RFC 6749 section 4.4) and keeps the current one until
/// shortly before it expires. One thread at a time.
class TokenSource {
 public:
  using Clock = std::function<std::chrono::steady_clock::time_point()>;

  TokenSource(const Options& options, RunContext& context, Clock clock = std::chrono::steady_clock::now)
      : options_(options), context_(context), clock_(std::move(clock)) {}

  /// The current token, or a new one. Errors: kUnauthenticated if the credentials are refused, kUnprocessable
  /// for an answer that is no token, and those of SourceClient::Send.
  Result<std::string> Get();

  /// Forgets the current token: the API did not accept it.
  void Discard() { token_.clear(); }

 private:
  Status Fetch();

  const Options& options_;
  RunContext& context_;
  Clock clock_;
  std::string token_;
  std::chrono::steady_clock::time_point good_until_{};
};

}  // namespace tarn::extract::spotify
