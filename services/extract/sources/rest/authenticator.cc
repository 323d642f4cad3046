#include "services/extract/sources/rest/authenticator.h"

#include "common/checksums/checksum.h"
#include "services/extract/sources/rest/query.h"

namespace tarn::extract::rest {

using Type = AuthOptions::Type;

Authenticator::Authenticator(const AuthOptions& options, SourceClient& client, SavedState& state)
    : options_(options) {
  if (options.type == Type::kOAuth) tokens_ = std::make_unique<OAuthTokens>(options.oauth, client, state);
}

Status Authenticator::Apply(http_client::Request& request, std::string* token) {
  switch (options_.type) {
    case Type::kNone:
      break;
    case Type::kBearer:
      request.headers.emplace_back("Authorization", "Bearer " + options_.token);
      break;
    case Type::kBasic:
      request.headers.emplace_back(
          "Authorization", "Basic " + checksums::ToBase64(options_.username + ":" + options_.password));
      break;
    case Type::kApiKey:
      if (options_.in == Place::kHeader) {
        request.headers.emplace_back(options_.name, options_.key);
        request.secret_headers.push_back(options_.name);
      } else {
        request.url = WithQuery(request.url, {{options_.name, options_.key}});
      }
      break;
    case Type::kOAuth: {
      TARN_ASSIGN(*token, tokens_->Get());
      request.headers.emplace_back("Authorization", "Bearer " + *token);
      break;
    }
  }
  return Ok();
}

bool Authenticator::Renew(const std::string& token) {
  if (!tokens_) return false;
  tokens_->Discard(token);
  return true;
}

std::string Authenticator::SecretParameter() const {
  return options_.type == Type::kApiKey && options_.in == Place::kQuery ? options_.name : "";
}

std::string Authenticator::Redact(std::string text, const std::string& token) const {
  for (const std::string* secret : {&token, &options_.token, &options_.password, &options_.key}) {
    if (secret->size() < 4) continue;
    for (size_t at; (at = text.find(*secret)) != std::string::npos;) text.replace(at, secret->size(), "***");
  }
  return text;
}

}  // namespace tarn::extract::rest
