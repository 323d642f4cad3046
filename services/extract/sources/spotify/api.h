#pragma once

#include <string>

#include "common/http_client/http_client.h"
#include "services/extract/sources/client/oauth_tokens.h"
#include "services/extract/sources/connector.h"
#include "services/extract/sources/spotify/options.h"

namespace tarn::extract::spotify {

/// Sends authorised GET requests to the Web API. Thread-safe.
class Api {
 public:
  Api(const Options& options, RunContext& context, OAuthTokens& tokens)
      : options_(options), context_(context), tokens_(tokens), origin_(Origin(options.base_url)) {}

  struct Answer {
    int status = 0;  ///< 200, or a 4xx that the caller may know what to do about: 400, 403, 404, 405, 410
    std::string body;
  };

  /// GETs `path` (with query) below base_url. Repeats what may pass; a 401 is answered by one new token.
  /// Errors: kUnauthenticated, kTooLarge for more than 16 MiB, and those of SourceClient::Send; each with
  /// where() = the URL without its query.
  Result<Answer> Get(const std::string& path);

  std::string Url(const std::string& path) const { return options_.base_url + path; }

  /// Whether a link of an answer leads to the host of base_url. Errors: kUnprocessable with where() = the
  /// link.
  Status CheckLink(const std::string& url) const;

 private:
  Result<http_client::Response> Send(const std::string& url);

  const Options& options_;
  RunContext& context_;
  OAuthTokens& tokens_;
  const std::string origin_;
};

/// Whether that status says that an endpoint is not there for this application.
inline bool IsGone(int status) { return status == 403 || status == 404 || status == 405 || status == 410; }

/// What Spotify says in the body of an error, as " (Spotify: Forbidden.)"; empty if it is no plain text.
std::string SaidBySpotify(const std::string& body);

}  // namespace tarn::extract::spotify
