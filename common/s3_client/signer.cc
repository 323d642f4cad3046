#include "common/s3_client/signer.h"

#include <algorithm>
#include <cctype>
#include <map>

#include "common/ids/ulid.h"
#include "common/s3_client/digest.h"

namespace tarn::s3_client {
namespace {

std::string LowerCase(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

/// Without blanks at both ends, and with one in place of several.
std::string CanonicalValue(std::string_view value) {
  std::string canonical;
  for (const char c : value) {
    const bool blank = c == ' ' || c == '\t';
    if (!blank) canonical += c;
    if (blank && !canonical.empty() && canonical.back() != ' ') canonical += ' ';
  }
  if (!canonical.empty() && canonical.back() == ' ') canonical.pop_back();
  return canonical;
}

}  // namespace

void Sign(http_client::Request& request, const Endpoint::Target& target, const Credentials& credentials,
          const std::string& region, const std::string& payload_hash, Timestamp now) {
  if (credentials.empty()) return;
  const std::string time = FormatCompact(now);
  request.headers.emplace_back("x-amz-date", time);
  request.headers.emplace_back("x-amz-content-sha256", payload_hash);
  if (!credentials.session_token.empty()) {
    request.headers.emplace_back("x-amz-security-token", credentials.session_token);
  }

  std::map<std::string, std::string> headers{{"host", target.host}};
  for (const auto& [name, value] : request.headers) headers[LowerCase(name)] = CanonicalValue(value);
  std::string lines, names;
  for (const auto& [name, value] : headers) {
    lines += name + ":" + value + "\n";
    names += (names.empty() ? "" : ";") + name;
  }
  const std::string canonical = request.method + "\n" + target.path + "\n" + target.query + "\n" + lines + "\n" + names +
                                "\n" + payload_hash;

  const std::string date = time.substr(0, 8);
  const std::string scope = date + "/" + region + "/s3/aws4_request";
  const std::string to_sign = "AWS4-HMAC-SHA256\n" + time + "\n" + scope + "\n" + ToHex(Sha256(canonical));
  std::string key = HmacSha256("AWS4" + credentials.secret_access_key, date);
  for (const std::string_view part : {std::string_view(region), std::string_view("s3"), std::string_view("aws4_request")}) {
    key = HmacSha256(key, part);
  }
  request.headers.emplace_back("Authorization", "AWS4-HMAC-SHA256 Credential=" + credentials.access_key_id + "/" + scope +
                                                    ",SignedHeaders=" + names +
                                                    ",Signature=" + ToHex(HmacSha256(key, to_sign)));
}

}  // namespace tarn::s3_client
