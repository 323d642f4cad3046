#include "services/extract/sources/spotify/token.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "common/checksums/checksum.h"
#include "common/json/json.h"
#include "services/extract/sources/client/source_client.h"

namespace tarn::extract::spotify {
namespace {

/// The `error` member of an answer as RFC 6749 section 5.2 describes it, if it is one of plain words.
std::string OAuthError(const std::string& body) {
  const auto answer = json::Parse(body);
  if (!answer.ok() || !answer->is_object()) return "";
  const auto error = answer->find("error");
  if (error == answer->end() || !error->is_string() || error->get_ref<const std::string&>().size() > 64)
    return "";
  return " (" + error->get<std::string>() + ")";
}

}  // namespace

Result<std::string> TokenSource::Get() {
  if (token_.empty() || clock_() >= good_until_) TARN_TRY(Fetch());
  return token_;
}

Status TokenSource::Fetch() {
  token_.clear();
  http_client::Request request;
  request.method = "POST";
  request.url = options_.token_url;
  request.headers = {{"Authorization", "Basic " + checksums::ToBase64(options_.client_id + ":" + options_.client_secret)},
                     {"Content-Type", "application/x-www-form-urlencoded"},
                     {"Accept", "application/json"}};
  request.body = "grant_type=client_credentials";
  request.max_response_bytes = 64 * 1024;
  const auto asked_at = clock_();
  TARN_ASSIGN(const http_client::Response response, context_.client.Send(std::move(request)));
  if (response.status == 400 || response.status == 401 || response.status == 403) {
    return Error(Code::kUnauthenticated, "the client credentials were refused" + OAuthError(response.body) +
                                             "; check client_id and client_secret")
        .At(options_.token_url);
  }
  if (response.status != 200) {
    return Error(Code::kUnavailable,
                 "the token endpoint answered HTTP status " + std::to_string(response.status))
        .At(options_.token_url);
  }
  const auto answer = json::Parse(response.body);
  const bool has_token = answer.ok() && answer->is_object() && answer->contains("access_token") &&
                         answer->at("access_token").is_string() &&
                         !answer->at("access_token").get_ref<const std::string&>().empty();
  if (!has_token)
    return Error(Code::kUnprocessable, "the token endpoint's answer holds no token").At(options_.token_url);

  const auto expires_in = answer->find("expires_in");
  const int64_t seconds = expires_in != answer->end() && expires_in->is_number_integer()
                              ? std::clamp<int64_t>(expires_in->get<int64_t>(), 0, 86'400)
                              : 3600;
  // Renewed a little early, so that a token does not expire on its way.
  const std::chrono::milliseconds lifetime = std::chrono::seconds(seconds);
  good_until_ =
      asked_at + lifetime - std::min<std::chrono::milliseconds>(std::chrono::seconds(30), lifetime / 10);
  token_ = answer->at("access_token").get<std::string>();
  return Ok();
}

}  // namespace tarn::extract::spotify
