#pragma once

#include <string>

#include "common/http_client/http_client.h"
#include "services/extract/sources/connector.h"
#include "services/extract/sources/spotify/options.h"
#include "services/extract/sources/spotify/token.h"

namespace tarn::extract::spotify {

/// Sends authorised GET requests to the Web API. One thread at a time.
class Api {
 public:
  Api(const Options& options, RunContext& context, TokenSource& tokens)
      : options_(options),
        context_(context),
        tokens_(tokens),
        origin_(Origin(options.base_url)) {}

  struct Answer {
    int status = 0;  ///< 200, or a 4xx that the caller may know what to do about: 400, 403, 404, 405, 410
    std::string body;
  };

  /// GETs `path` (with query) below base_url, or a whole URL on base_url's host. Repeats what may pass; a 401
  /// is answered by one new token. Errors: kInvalidArgument for a URL on another host, kUnauthenticated, and
  /// those of SourceClient::Send; each with where() = the URL.
  Result<Answer> Get(const std::string& path_or_url);

 private:
  Result<http_client::Response> Send(const std::string& url);

  const Options& options_;
  RunContext& context_;
  TokenSource& tokens_;
  const std::string origin_;
};

}  // namespace tarn::extract::spotify
