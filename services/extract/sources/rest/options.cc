#include "services/extract/sources/rest/options.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "common/config/option_set.h"
#include "common/http_client/url.h"
#include "services/extract/sources/rest/allowed_origins.h"
#include "services/extract/sources/rest/option_values.h"
#include "services/extract/sources/rest/stream_options.h"

namespace tarn::extract::rest {
namespace {

using json::ObjectReader;

constexpr uint64_t kMaxResponseBytes = 1 << 30;
constexpr int64_t kMaxConnections = 64;

std::string ReadUrl(ObjectReader& reader, std::string_view name) {
  std::string url = reader.RequiredString(name);
  while (url.ends_with('/')) url.pop_back();
  const bool is_url = http_client::OriginOf(url).ok() && url.find_first_of("?#@\\ ") == std::string::npos;
  if (!url.empty() && !is_url) {
    reader.Fail(name, "expected an http or https URL without user, query and fragment");
  }
  return url;
}

std::string Filled(ObjectReader& reader, std::string_view name) {
  std::string text = reader.RequiredString(name);
  if (text.empty()) reader.Fail(name, "must not be empty");
  if (!IsFieldValue(text)) reader.Fail(name, "must not have control characters");
  return text;
}

void ReadOAuth(ObjectReader& reader, bool with_refresh_token, OAuthOptions& oauth) {
  oauth.grant =
      with_refresh_token ? OAuthOptions::Grant::kRefreshToken : OAuthOptions::Grant::kClientCredentials;
  oauth.token_url = ReadUrl(reader, "token_url");
  oauth.client_id = Filled(reader, "client_id");
  // Public clients have none (RFC 6749 section 2.1), but only with a refresh token.
  oauth.client_secret = with_refresh_token ? reader.OptionalString("client_secret").value_or("")
                                           : Filled(reader, "client_secret");
  if (with_refresh_token) oauth.refresh_token = Filled(reader, "refresh_token");
  oauth.scope = reader.OptionalString("scope").value_or("");
  oauth.credentials_in_body = reader.OptionalBool("credentials_in_body").value_or(false);
  if (const nlohmann::json* more = reader.OptionalObject("params")) {
    const auto texts = ReadNamedTexts(*more, reader.PointerTo("params"));
    if (!texts.ok()) return reader.Fail("params", texts.error().message());
    for (const auto& [name, value] : *texts) oauth.more[name] = value;
  }
}

void ReadApiKey(ObjectReader& reader, AuthOptions& auth) {
  auth.type = AuthOptions::Type::kApiKey;
  auth.name = Filled(reader, "name");
  auth.key = Filled(reader, "key");
  auth.in = reader.OptionalAny("in") ? ReadPlace(reader, "in") : Place::kHeader;
  if (auth.in == Place::kBody) reader.Fail("in", "expected query or header, got: body");
  if (auth.in == Place::kHeader && !IsFieldName(auth.name))
    reader.Fail("name", "not the name of a header: " + auth.name);
}

Result<AuthOptions> ParseAuth(const nlohmann::json& value) {
  AuthOptions auth;
  ObjectReader reader(value, "/options/auth");
  const std::string type = reader.RequiredString("type");
  if (type == "bearer") {
    auth.type = AuthOptions::Type::kBearer;
    auth.token = Filled(reader, "token");
  } else if (type == "basic") {
    auth.type = AuthOptions::Type::kBasic;
    auth.username = reader.RequiredString("username");
    auth.password = reader.OptionalString("password").value_or("");
    // A colon would end the user's name (RFC 7617 section 2).
    if (auth.username.find(':') != std::string::npos) reader.Fail("username", "must not have a colon");
  } else if (type == "api_key") {
    ReadApiKey(reader, auth);
  } else if (type == "oauth2_client_credentials" || type == "oauth2_refresh_token") {
    auth.type = AuthOptions::Type::kOAuth;
    ReadOAuth(reader, type == "oauth2_refresh_token", auth.oauth);
  } else if (type != "none") {
    reader.Fail(
        "type",
        "expected none, bearer, basic, api_key, oauth2_client_credentials or oauth2_refresh_token, got: " +
            type);
  }
  TARN_TRY(reader.Finish());
  return auth;
}

void ReadMaxResponseBytes(ObjectReader& reader, Options& options) {
  const auto text = ReadScalar(reader, "max_response_bytes");
  if (!text) return;
  const auto bytes = config::ParseSize(*text);
  if (!bytes.ok() || *bytes < 1 || *bytes > kMaxResponseBytes) {
    return reader.Fail("max_response_bytes", "expected a size from 1 to 1GiB, such as 64MiB; got: " + *text);
  }
  options.max_response_bytes = *bytes;
}

Status ReadHeaders(const nlohmann::json& headers, Options& options) {
  TARN_ASSIGN(options.headers, ReadNamedTexts(headers, "/options/headers"));
  for (const auto& [name, value] : options.headers) {
    if (!IsFieldName(name) || !IsFieldValue(value)) {
      return Error(Code::kInvalidArgument, "not a header that can be sent").At("/options/headers/" + name);
    }
  }
  return Ok();
}

/// Leaves out the streams that are not named, unless a named one needs their records.
void ReadOnly(ObjectReader& reader, const std::optional<std::vector<std::string>>& only, Options& options) {
  if (!only) return;
  for (auto& stream : options.streams) stream.enabled = false;
  for (const std::string& name : *only) {
    const auto found = std::find_if(options.streams.begin(), options.streams.end(),
                                    [&](const StreamOptions& stream) { return stream.name == name; });
    if (found == options.streams.end())
      return reader.Fail("only", "there is no stream of that name: " + name);
    for (StreamOptions* stream = &*found; stream;
         stream = stream->parent ? &options.streams[stream->parent->stream] : nullptr) {
      stream->enabled = true;
    }
  }
}

}  // namespace

std::vector<std::string_view> OptionNames() {
  return {"base_url",    "allow_hosts", "headers",   "auth",    "max_response_bytes",
          "connections", "conditional", "paginator", "responses", "streams", "only"};
}

Result<Options> ParseOptions(const nlohmann::json& json_options) {
  Options options;
  ObjectReader reader(json_options, "/options");
  options.base_url = ReadUrl(reader, "base_url");
  options.allow_hosts = reader.OptionalStringArray("allow_hosts").value_or(options.allow_hosts);
  if (const auto allowed = AllowedOrigins::Make(options.base_url, options.allow_hosts); !allowed.ok()) {
    reader.Fail("allow_hosts", allowed.error().message());
  }
  options.connections = ReadInteger(reader, "connections", 1, 1, kMaxConnections);
  options.conditional = reader.OptionalBool("conditional").value_or(true);
  ReadMaxResponseBytes(reader, options);
  const nlohmann::json* auth = reader.OptionalObject("auth");
  const nlohmann::json* headers = reader.OptionalObject("headers");
  const StreamDefaults defaults{reader.OptionalObject("paginator"), reader.OptionalArray("responses")};
  const nlohmann::json* streams = reader.OptionalArray("streams");
  if (!streams || streams->empty()) reader.Fail("streams", "name at least one stream");
  const auto only = reader.OptionalStringArray("only");
  TARN_TRY(reader.Finish());

  if (headers) TARN_TRY(ReadHeaders(*headers, options));
  if (auth) {
    TARN_ASSIGN(options.auth, ParseAuth(*auth));
  }
  TARN_ASSIGN(options.streams, ParseStreams(*streams, defaults));
  ObjectReader again(json_options, "/options");
  ReadOnly(again, only, options);
  for (const std::string_view name : OptionNames()) (void)again.OptionalAny(name);
  TARN_TRY(again.Finish());
  return options;
}

}  // namespace tarn::extract::rest
