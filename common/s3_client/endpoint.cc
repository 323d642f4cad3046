#include "common/s3_client/endpoint.h"

#include <algorithm>
#include <cctype>

#include "common/s3_client/digest.h"
#include "common/text/percent_encoding.h"

namespace tarn::s3_client {
namespace {

// Also what keeps a name from changing the URL it stands in.
bool IsBucketName(const std::string& name) {
  return name.size() >= 3 && name.size() <= 63 && name.find("..") == std::string::npos && name.front() != '.' &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
                  c == '.';
         });
}

std::string CanonicalQuery(const Query& query) {
  std::vector<std::pair<std::string, std::string>> encoded;
  for (const auto& [name, value] : query) encoded.emplace_back(UriEncode(name), UriEncode(value));
  std::sort(encoded.begin(), encoded.end());
  std::string text;
  for (const auto& [name, value] : encoded) text += (text.empty() ? "" : "&") + name + "=" + value;
  return text;
}

}  // namespace

Result<Endpoint> Endpoint::Make(const std::string& url, const std::string& bucket, bool path_style) {
  const auto wrong = [&] {
    return Error(Code::kInvalidArgument, "not an S3 endpoint (an http or https URL without user and query): " + url);
  };
  if (!IsBucketName(bucket)) return Error(Code::kInvalidArgument, "not the name of an S3 bucket: " + bucket);
  const size_t scheme_end = url.find("://");
  if (scheme_end == std::string::npos) return wrong();
  const std::string scheme = url.substr(0, scheme_end);
  if (scheme != "http" && scheme != "https") return wrong();
  const size_t host_begin = scheme_end + 3;
  const size_t path_begin = std::min(url.find('/', host_begin), url.size());
  std::string host = url.substr(host_begin, path_begin - host_begin);
  std::string path = url.substr(path_begin);
  if (host.empty() || (host + path).find_first_of("@?#% \t\r\n\\") != std::string::npos) return wrong();
  std::transform(host.begin(), host.end(), host.begin(), [](unsigned char c) { return std::tolower(c); });
  // libcurl leaves a scheme's own port out of the Host header.
  const std::string own_port = scheme == "http" ? ":80" : ":443";
  if (host.ends_with(own_port)) host.resize(host.size() - own_port.size());
  while (!path.empty() && path.back() == '/') path.pop_back();

  Endpoint endpoint;
  endpoint.host_ = path_style ? host : bucket + "." + host;
  endpoint.origin_ = scheme + "://" + endpoint.host_;
  endpoint.base_path_ = path + (path_style ? "/" + bucket : "");
  endpoint.bucket_ = bucket;
  return endpoint;
}

Endpoint::Target Endpoint::ForKey(std::string_view key, const Query& query) const {
  std::string path = base_path_;
  if (!key.empty() || path.empty()) path += "/" + UriEncode(key, true);
  return {origin_, host_, path, CanonicalQuery(query)};
}

std::string UriEncode(std::string_view text, bool keep_slash) {
  return text::PercentEncode(text, keep_slash ? "/" : "");
}

std::string UriDecode(std::string_view text) {
  std::string decoded;
  for (size_t i = 0; i < text.size(); ++i) {
    const std::string byte = text[i] == '%' && i + 2 < text.size() ? FromHex(text.substr(i + 1, 2)) : "";
    if (!byte.empty()) {
      decoded += byte;
      i += 2;
    } else {
      decoded += text[i] == '+' ? ' ' : text[i];
    }
  }
  return decoded;
}

}  // namespace tarn::s3_client
