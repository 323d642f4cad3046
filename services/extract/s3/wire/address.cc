#include "services/extract/s3/wire/address.h"

#include <algorithm>

#include "common/http/message.h"

namespace tarn::extract::s3 {
namespace {

std::string LowerHost(std::string_view authority) {
  const size_t colon = authority.rfind(':');
  if (colon != std::string_view::npos && !authority.ends_with(']')) authority = authority.substr(0, colon);
  std::string host(authority);
  for (char& c : host) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  if (host.ends_with('.')) host.pop_back();
  return host;
}

// The bucket that the host names; empty for the endpoint itself and for names that are not ours.
std::string BucketOfHost(std::string_view authority, const std::vector<std::string>& domains) {
  const std::string host = LowerHost(authority);
  std::vector<std::string> endpoints = {"s3.localhost", "localhost"};
  for (const std::string& domain : domains) endpoints.push_back(LowerHost(domain));
  if (std::find(endpoints.begin(), endpoints.end(), host) != endpoints.end()) return "";
  // The longest first: with the domains "example" and "s3.example", "b.s3.example" is the bucket "b".
  std::sort(endpoints.begin(), endpoints.end(),
            [](const std::string& a, const std::string& b) { return a.size() > b.size(); });
  for (const std::string& endpoint : endpoints) {
    if (host.size() > endpoint.size() + 1 && host.ends_with("." + endpoint)) {
      return host.substr(0, host.size() - endpoint.size() - 1);
    }
  }
  return "";
}

S3Result<std::string> Decode(std::string_view raw) {
  auto decoded = http::PercentDecode(raw);
  if (!decoded.ok()) return S3Error(S3Code::kInvalidUri).With("URI", std::string(raw));
  return std::move(decoded).value();
}

}  // namespace

S3Result<Address> ParseAddress(std::string_view raw_path, std::optional<std::string_view> host,
                               const std::vector<std::string>& domains) {
  if (!raw_path.starts_with('/')) return S3Error(S3Code::kInvalidUri).With("URI", std::string(raw_path));
  raw_path.remove_prefix(1);
  Address address;
  address.bucket = BucketOfHost(host.value_or(""), domains);
  address.virtual_host = !address.bucket.empty();
  if (!address.virtual_host) {
    const size_t slash = std::min(raw_path.find('/'), raw_path.size());
    TARN_ASSIGN(address.bucket, Decode(raw_path.substr(0, slash)));
    // "//bucket/key" names no bucket, and must not be taken for the service itself.
    if (address.bucket.empty() && !raw_path.empty()) return S3Error(S3Code::kInvalidBucketName).With("BucketName", "");
    raw_path.remove_prefix(std::min(slash + 1, raw_path.size()));
  }
  TARN_ASSIGN(address.key, Decode(raw_path));
  return address;
}

}  // namespace tarn::extract::s3
