#include "tests/support/spotify_stand_in/tokens.h"

#include <openssl/evp.h>

#include "common/http/message.h"
#include "common/ids/ulid.h"

namespace tarn::spotify_stand_in {
namespace {

std::string Base64(const std::string& bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
  const int length =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                      reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  text.resize(static_cast<size_t>(length));
  return text;
}

/// The value of a field of application/x-www-form-urlencoded text.
std::string FormField(std::string_view form, std::string_view name) {
  while (!form.empty()) {
    const size_t end = std::min(form.find('&'), form.size());
    const std::string_view field = form.substr(0, end);
    form.remove_prefix(std::min(end + 1, form.size()));
    if (field.substr(0, name.size() + 1) != std::string(name) + "=") continue;
    const auto value = http::PercentDecode(field.substr(name.size() + 1));
    return value.ok() ? *value : "";
  }
  return "";
}

}  // namespace

Tokens::Issued Tokens::Issue(std::string_view authorization, std::string_view form) {
  const bool by_header =
      authorization == "Basic " + Base64(options_.client_id + ":" + options_.client_secret);
  const bool by_body = FormField(form, "client_id") == options_.client_id &&
                       FormField(form, "client_secret") == options_.client_secret;
  if (!by_header && !by_body) return {"", "", "invalid_client"};
  const std::string grant = FormField(form, "grant_type");
  const bool of_user = grant == "refresh_token";
  if (!of_user && grant != "client_credentials") return {"", "", "unsupported_grant_type"};

  const std::lock_guard lock(mutex_);
  Issued issued;
  if (of_user) {
    if (FormField(form, "refresh_token") != refresh_token_) return {"", "", "invalid_grant"};
    if (options_.rotate) issued.refresh_token = refresh_token_ = "refresh-" + ToHex(RandomBytes(16));
  }
  issued.access_token = "stand-in-" + ToHex(RandomBytes(16));
  if (tokens_.size() > 10'000) tokens_.clear();
  tokens_[issued.access_token] = {std::chrono::steady_clock::now() + options_.lifetime, 0, of_user};
  ++issued_;
  return issued;
}

Tokens::Holder Tokens::Accept(std::string_view authorization) {
  constexpr std::string_view kScheme = "Bearer ";
  if (authorization.substr(0, kScheme.size()) != kScheme) return Holder::kNobody;
  const std::lock_guard lock(mutex_);
  const auto found = tokens_.find(authorization.substr(kScheme.size()));
  if (found == tokens_.end()) return Holder::kNobody;
  const bool used_up = options_.max_requests > 0 && found->second.requests >= options_.max_requests;
  if (used_up || std::chrono::steady_clock::now() >= found->second.expires) {
    tokens_.erase(found);
    return Holder::kNobody;
  }
  ++found->second.requests;
  return found->second.of_user ? Holder::kUser : Holder::kApplication;
}

bool Tokens::IsOfUser(std::string_view authorization) const {
  const std::lock_guard lock(mutex_);
  const auto found = tokens_.find(authorization.substr(std::min<size_t>(authorization.size(), 7)));
  return found != tokens_.end() && found->second.of_user;
}

void Tokens::ExpireAll() {
  const std::lock_guard lock(mutex_);
  tokens_.clear();
}

int64_t Tokens::issued() const {
  const std::lock_guard lock(mutex_);
  return issued_;
}

}  // namespace tarn::spotify_stand_in
