#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <utility>
#include <vector>

#include "services/extract/sources/connector.h"
#include "services/extract/sources/rest/allowed_origins.h"
#include "services/extract/sources/rest/authenticator.h"
#include "services/extract/sources/rest/request_draft.h"
#include "services/extract/sources/rest/validators.h"

namespace tarn::extract::rest {

/// What an API sent for one page.
struct Answer {
  std::string url;       ///< what was asked for, without credentials
  std::string request;   ///< for the manifest: "GET <url>"
  bool nothing = false;  ///< there is no page: 204, or a rule says to ignore the response
  bool unchanged = false;  ///< it is as it was: 304
  std::string body;      ///< unpacked if it was gzip
  std::vector<std::pair<std::string, std::string>> headers;

  std::string Header(std::string_view name) const;
};

/// Sends a source's requests with its credentials, to its own hosts only. Thread-safe.
class Api {
 public:
  Api(const Options& options, RunContext& context);

  /// Returns the answer that a stream can take, by its rules and else by the status. Repeats what may pass;
  /// with an access token that was refused, asks once more with a new one. With `known`, asks for the page
  /// only if it is another by now. Errors, with where() = the URL without its query: kPermissionDenied for
  /// another host and for 403, kNotFound for 404 and 410, kUnauthenticated, kTooLarge, kUnprocessable for any
  /// other status or broken gzip, and those of SourceClient::Send.
  Result<Answer> Fetch(const StreamOptions& stream, const RequestDraft& draft,
                       const Validators* known = nullptr);

 private:
  Result<http_client::Request> Prepare(const RequestDraft& draft) const;
  Error Refusal(const ResponseRule* rule, const http_client::Response& response,
                const std::string& token) const;

  const Options& options_;
  RunContext& context_;
  const AllowedOrigins allowed_;
  Authenticator authenticator_;
};

}  // namespace tarn::extract::rest
