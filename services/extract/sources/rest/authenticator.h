#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/http_client/http_client.h"
#include "services/extract/sources/client/oauth_tokens.h"
#include "services/extract/sources/rest/options.h"

namespace tarn::extract::rest {

/// Puts a source's credentials into requests. Thread-safe.
class Authenticator {
 public:
  /// `options` must outlive it.
  Authenticator(const AuthOptions& options, SourceClient& client, SavedState& state);

  /// Adds the credentials. `*token` is set to the access token among them, if there is one. Errors: those of
  /// OAuthTokens::Get.
  Status Apply(http_client::Request& request, std::string* token);

  /// Forgets `token`, which was refused. False if there is nothing to be had in its place.
  bool Renew(const std::string& token);

  /// The query parameter that holds a secret; empty if none does.
  std::string SecretParameter() const;

  /// `text` without the credentials, should a source echo them.
  std::string Redact(std::string text, const std::string& token) const;

 private:
  const AuthOptions& options_;
  std::unique_ptr<OAuthTokens> tokens_;
};

}  // namespace tarn::extract::rest
