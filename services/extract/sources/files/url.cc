#include "services/extract/sources/files/url.h"

#include <algorithm>

#include "common/http_client/url.h"
#include "common/text/utf8.h"

namespace tarn::extract::files {
namespace {

constexpr size_t kMaxShownValue = 10;  // as long as a date

bool IsNumberOrDate(std::string_view value) {
  return value.size() <= kMaxShownValue && value.find_first_not_of("0123456789-") == std::string_view::npos;
}

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string UndoPercentEncoding(std::string_view text) {
  std::string decoded;
  for (size_t i = 0; i < text.size(); ++i) {
    const int high = i + 2 < text.size() && text[i] == '%' ? HexDigit(text[i + 1]) : -1;
    const int low = high >= 0 ? HexDigit(text[i + 2]) : -1;
    if (low < 0) {
      decoded += text[i];
    } else {
      decoded += static_cast<char>(high * 16 + low);
      i += 2;
    }
  }
  return decoded;
}

}  // namespace

std::string Origin(const std::string& url) {
  const bool plain =
      std::all_of(url.begin(), url.end(), [](unsigned char c) { return c > 0x20 && c != 0x7f; });
  const size_t start = url.find("://");
  if (!plain || start == std::string::npos) return "";
  const std::string_view authority =
      std::string_view(url).substr(start + 3, url.find_first_of("/?#", start + 3) - start - 3);
  if (authority.empty() || authority.find_first_of("@\\") != std::string_view::npos) return "";
  const auto origin = http_client::OriginOf(url);
  return origin.ok() ? *origin : "";
}

std::string WithoutSecrets(std::string_view url) {
  url = url.substr(0, url.find('#'));
  size_t at = std::min(url.find('?'), url.size());
  std::string shown(url.substr(0, at));
  while (at < url.size()) {
    shown += url[at++];  // '?' or '&'
    const size_t end = std::min(url.find('&', at), url.size());
    const std::string_view pair = url.substr(at, end - at);
    const size_t equals = pair.find('=');
    if (equals == std::string_view::npos) {
      shown += IsNumberOrDate(pair) ? pair : "...";
    } else {
      shown += pair.substr(0, equals + 1);
      shown += IsNumberOrDate(pair.substr(equals + 1)) ? pair.substr(equals + 1) : "...";
    }
    at = end;
  }
  return shown;
}

std::string LastSegment(std::string_view url) {
  const std::string_view path = url.substr(0, url.find_first_of("?#"));
  const size_t slash = path.rfind('/');
  if (slash == std::string_view::npos || slash < path.find("://") + 3) return "";
  const std::string encoded(path.substr(slash + 1));
  std::string decoded = UndoPercentEncoding(encoded);
  return text::IsUtf8(decoded) ? decoded : encoded;
}

}  // namespace tarn::extract::files
