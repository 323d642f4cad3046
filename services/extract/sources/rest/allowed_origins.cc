#include "services/extract/sources/rest/allowed_origins.h"

#include "common/http_client/url.h"

namespace tarn::extract::rest {

Result<AllowedOrigins> AllowedOrigins::Make(const std::string& base_url,
                                            const std::vector<std::string>& hosts) {
  AllowedOrigins allowed;
  TARN_ASSIGN(const std::string base, http_client::OriginOf(base_url));
  allowed.origins_.insert(base);
  for (const std::string& host : hosts) {
    const auto origin = http_client::OriginOf("https://" + host);
    if (!origin.ok() || host.find_first_of("/?#@\\ ") != std::string::npos) {
      return Error(Code::kInvalidArgument,
                   "expected a host like api.example.com or api.example.com:8443, got: " + host);
    }
    allowed.origins_.insert(*origin);
    if (!base.starts_with("http:")) continue;
    TARN_ASSIGN(const std::string plain, http_client::OriginOf("http://" + host));
    allowed.origins_.insert(plain);
  }
  return allowed;
}

bool AllowedOrigins::Allows(const std::string& url) const {
  const auto origin = http_client::OriginOf(url);
  return origin.ok() && origins_.contains(*origin);
}

}  // namespace tarn::extract::rest
