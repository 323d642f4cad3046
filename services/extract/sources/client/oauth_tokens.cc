#include "services/extract/sources/client/oauth_tokens.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>

#include "common/checksums/checksum.h"
#include "common/json/json.h"
#include "common/logging/log.h"
#include "common/text/percent_encoding.h"
#include "common/time/wait.h"
#include "services/extract/sources/client/notes.h"
#include "services/extract/sources/client/source_client.h"

namespace tarn::extract {
namespace {

using http_client::Response;
using Json = nlohmann::json;

constexpr uint64_t kMaxAnswerBytes = 64 * 1024;
constexpr size_t kMaxTokenBytes = 16 * 1024;
constexpr int64_t kDefaultLifetimeSeconds = 3600;
constexpr int64_t kMaxLifetimeSeconds = 86'400;

const char kRefreshToken[] = "refresh_token";
const char kRefreshTokenFrom[] = "refresh_token_from";

// As application/x-www-form-urlencoded (RFC 6749 appendix B).
std::string Form(const std::map<std::string, std::string>& members) {
  std::string form;
  for (const auto& [name, value] : members) {
    form += (form.empty() ? "" : "&") + text::PercentEncode(name) + "=" + text::PercentEncode(value);
  }
  return form;
}

std::string Fingerprint(const std::string& token) {
  return checksums::ToBase64(checksums::Compute(checksums::Algorithm::kSha256, token));
}

Json ObjectOrEmpty(const std::string& text) {
  auto parsed = json::Parse(text);
  return parsed.ok() && parsed->is_object() ? *std::move(parsed) : Json::object();
}

std::string StringMember(const Json& object, const char* name) {
  const auto member = object.find(name);
  return member != object.end() && member->is_string() ? member->get<std::string>() : "";
}

/// The `error` member of an answer (RFC 6749 section 5.2), if it is a plain word.
std::string OAuthError(const Json& answer) {
  std::string error = StringMember(answer, "error");
  static constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.";
  const bool plain = error.size() <= 64 && error.find_first_not_of(kPlain) == std::string::npos;
  return plain ? error : "";
}

bool IsToken(const std::string& token) {
  return !token.empty() && token.size() <= kMaxTokenBytes &&
         std::all_of(token.begin(), token.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

/// `expires_in`, which some endpoints write as a string.
std::chrono::seconds Lifetime(const Json& answer) {
  int64_t seconds = 0;
  const auto member = answer.find("expires_in");
  if (member != answer.end() && member->is_number()) {
    seconds = static_cast<int64_t>(std::clamp(member->get<double>(), 0.0, double{kMaxLifetimeSeconds}));
  } else if (const std::string text = StringMember(answer, "expires_in"); !text.empty()) {
    std::from_chars(text.data(), text.data() + text.size(), seconds);
  }
  return std::chrono::seconds(seconds > 0 ? std::min(seconds, kMaxLifetimeSeconds) : kDefaultLifetimeSeconds);
}

bool Refused(const Response& response, const std::string& error) {
  if (error == "temporarily_unavailable" || error == "server_error") return false;
  const bool status_says_so = response.status == 400 || response.status == 401 || response.status == 403;
  return status_says_so || (response.status == 200 && !error.empty());
}

Error Refusal(OAuthOptions::Grant grant, const std::string& error) {
  std::string message, what_to_do = "check client_id and client_secret";
  if (grant == OAuthOptions::Grant::kRefreshToken && error != "invalid_client") {
    message = "the refresh token was refused";
    what_to_do = "authorise again and set the new refresh_token";
  } else {
    message = "the client credentials were refused";
  }
  if (!error.empty() && error != "invalid_grant" && error != "invalid_client") {
    what_to_do = "check client_id, client_secret, scope and whether the application may use this grant";
  }
  return Error(Code::kUnauthenticated,
               message + (error.empty() ? "" : " (" + error + ")") + "; " + what_to_do);
}

Error StatusError(int status) {
  const std::string what = "the token endpoint answered HTTP status " + std::to_string(status);
  if (status == 429 || status >= 500) return Error(Code::kUnavailable, what);
  return Error(Code::kUnprocessable, what + "; check the token URL");
}

}  // namespace

OAuthTokens::OAuthTokens(OAuthOptions options, SourceClient& client, SavedState& state, Clock clock)
    : options_(std::move(options)), client_(client), state_(state), clock_(std::move(clock)) {}

Result<std::string> OAuthTokens::Get() {
  const std::lock_guard lock(mutex_);
  if (token_.empty() || clock_() >= good_until_) {
    if (Status fetched = Fetch(); !fetched.ok()) {
      const Error& error = fetched.error();
      return error.where().empty() ? Error(error.code(), error.message()).At(options_.token_url) : error;
    }
  }
  return token_;
}

void OAuthTokens::Discard(const std::string& token) {
  const std::lock_guard lock(mutex_);
  if (token_ == token) token_.clear();
}

Status OAuthTokens::Fetch() {
  token_.clear();
  // Runs of one source share the notes.
  TARN_ASSIGN(const std::shared_ptr<void> turn, client_.TakeCredentialsTurn());
  TARN_TRY(KeepRefreshToken());
  const bool refreshes = options_.grant == OAuthOptions::Grant::kRefreshToken;
  std::string refresh_token;
  if (refreshes) {
    // Where the notes cannot be written, a new token would be lost, and the old one void.
    TARN_TRY(UpdateNotes(client_, state_, [](Json&) {}));
    TARN_ASSIGN(refresh_token, CurrentRefreshToken());
  }
  auto asked_at = clock_();
  TARN_ASSIGN(Response response, Ask(refresh_token));
  if (refreshes && OAuthError(ObjectOrEmpty(response.body)) == "invalid_grant") {
    // Another run of the source may have exchanged it meanwhile.
    TARN_ASSIGN(const std::string newer, CurrentRefreshToken());
    if (newer != refresh_token) {
      asked_at = clock_();
      TARN_ASSIGN(response, Ask(newer));
    }
  }
  return Take(response, asked_at);
}

Result<Response> OAuthTokens::Ask(const std::string& refresh_token) {
  std::map<std::string, std::string> form = options_.more;
  http_client::Request request;
  request.method = "POST";
  request.url = options_.token_url;
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}, {"Accept", "application/json"}};
  request.max_response_bytes = kMaxAnswerBytes;
  if (options_.grant == OAuthOptions::Grant::kRefreshToken) {
    form["grant_type"] = "refresh_token";
    form["refresh_token"] = refresh_token;
  } else {
    form["grant_type"] = "client_credentials";
  }
  if (!options_.scope.empty()) form["scope"] = options_.scope;
  if (options_.credentials_in_body) {
    form["client_id"] = options_.client_id;
    if (!options_.client_secret.empty()) form["client_secret"] = options_.client_secret;
  } else {
    const std::string credentials =
        text::PercentEncode(options_.client_id) + ":" + text::PercentEncode(options_.client_secret);
    request.headers.emplace_back("Authorization", "Basic " + checksums::ToBase64(credentials));
  }
  request.body = Form(form);
  return client_.Send(std::move(request));
}

Status OAuthTokens::Take(const Response& response, std::chrono::steady_clock::time_point asked_at) {
  const Json answer = ObjectOrEmpty(response.body);
  const std::string token = StringMember(answer, "access_token");
  const std::string error = token.empty() ? OAuthError(answer) : "";
  if (Refused(response, error)) return Refusal(options_.grant, error);
  if (!error.empty())
    return Error(Code::kUnavailable, "the token endpoint is not available now (" + error + ")");
  if (response.status != 200) return StatusError(response.status);
  if (!IsToken(token)) return Error(Code::kUnprocessable, "the token endpoint's answer holds no token");

  const std::string rotated = StringMember(answer, kRefreshToken);
  if (options_.grant == OAuthOptions::Grant::kRefreshToken && IsToken(rotated)) {
    client_.unstored_token() = {rotated, Fingerprint(options_.refresh_token)};
    TARN_TRY(KeepRefreshTokenAtLast());
  }
  // Renewed a little early, so that a token does not expire on its way.
  const std::chrono::milliseconds lifetime = Lifetime(answer);
  good_until_ =
      asked_at + lifetime - std::min<std::chrono::milliseconds>(std::chrono::seconds(30), lifetime / 10);
  token_ = token;
  return Ok();
}

Result<std::string> OAuthTokens::CurrentRefreshToken() {
  TARN_ASSIGN(const Json notes, LoadNotes(state_));
  const std::string kept = StringMember(notes, kRefreshToken);
  const bool of_this_option = StringMember(notes, kRefreshTokenFrom) == Fingerprint(options_.refresh_token);
  return !kept.empty() && of_this_option ? kept : options_.refresh_token;
}

Status OAuthTokens::KeepRefreshToken() {
  auto& unstored = client_.unstored_token();
  if (unstored.from != Fingerprint(options_.refresh_token)) unstored = {};  // another one was set meanwhile
  if (unstored.token.empty()) return Ok();
  TARN_TRY(UpdateNotes(client_, state_, [&](Json& notes) {
    notes[kRefreshToken] = unstored.token;
    notes[kRefreshTokenFrom] = unstored.from;
  }));
  unstored = {};
  return Ok();
}

Status OAuthTokens::KeepRefreshTokenAtLast() {
  for (int attempt = 1;; ++attempt) {
    const Status kept = KeepRefreshToken();
    if (kept.ok() || attempt >= client_.retry().max_attempts) return kept;
    log::Warn("cannot store a new refresh token; it is kept in memory", {{"error", kept.error()}});
    if (!Wait(http_client::Backoff(client_.retry(), attempt), client_.cancelled())) return kept;
  }
}

}  // namespace tarn::extract
