#include <algorithm>
#include <string_view>

#include "common/checksums/checksum.h"
#include "common/events/subscriptions.h"

namespace tarn::events {
namespace {

constexpr size_t kMaxIdBytes = 128, kMaxEndpointBytes = 2048, kMaxFilterBytes = 1024;
constexpr size_t kMinKeyBytes = 24, kMaxKeyBytes = 64;  // as Standard Webhooks asks

Error Wrong(std::string pointer, std::string message) {
  return Error(Code::kInvalidArgument, std::move(message)).At(std::move(pointer));
}

bool IsIdCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
}

// Scheme, host, and no character that has no place in a URL; what else is wrong shows when it is called.
bool IsHttpUrl(std::string_view url) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!url.starts_with(scheme)) continue;
    const std::string_view rest = url.substr(scheme.size());
    const std::string_view authority = rest.substr(0, rest.find_first_of("/?"));
    return !authority.empty() && authority.front() != ':' && authority.find('@') == std::string_view::npos &&
           std::all_of(url.begin(), url.end(), [](char c) { return c > 0x20 && c < 0x7f && std::string_view("\"<>\\^`{|}#").find(c) == std::string_view::npos; });
  }
  return false;
}

}  // namespace

std::vector<std::string> Subscription::SecretsAt(Timestamp time) const {
  std::vector<std::string> secrets = {secret};
  if (!previous_secret.empty() && previous_secret_until && time < *previous_secret_until) secrets.push_back(previous_secret);
  return secrets;
}

Status CheckSubscription(const Subscription& subscription) {
  const std::string& id = subscription.id;
  if (id.size() > kMaxIdBytes || !std::all_of(id.begin(), id.end(), IsIdCharacter)) {
    return Wrong("/id", "an id has at most 128 letters, digits, '-', '_' and '.'");
  }
  if (subscription.endpoint.size() > kMaxEndpointBytes || !IsHttpUrl(subscription.endpoint)) {
    return Wrong("/endpoint", "an endpoint is an absolute http or https URL of at most 2048 bytes, without user and fragment");
  }
  const auto& filter = subscription.filter;
  if (filter.bucket.size() > kMaxFilterBytes) return Wrong("/filter/bucket", "a filter has at most 1024 bytes");
  if (filter.prefix.size() > kMaxFilterBytes) return Wrong("/filter/prefix", "a filter has at most 1024 bytes");
  if (filter.suffix.size() > kMaxFilterBytes) return Wrong("/filter/suffix", "a filter has at most 1024 bytes");
  if (filter.writer.size() > kMaxFilterBytes) return Wrong("/filter/writer", "a filter has at most 1024 bytes");
  if (subscription.secret.empty()) return Ok();
  constexpr std::string_view kPrefix = "whsec_";
  const auto key = subscription.secret.starts_with(kPrefix) ? checksums::FromBase64(subscription.secret.substr(kPrefix.size())) : std::nullopt;
  if (key && key->size() >= kMinKeyBytes && key->size() <= kMaxKeyBytes) return Ok();
  return Wrong("/secret", "a secret is \"whsec_\" and the base64 of 24 to 64 bytes");
}

}  // namespace tarn::events
