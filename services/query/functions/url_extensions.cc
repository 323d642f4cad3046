#include <cctype>
#include <charconv>
#include <optional>
#include <string>

#include "services/query/functions/extension_functions.h"

namespace tarn::query {
namespace {

using duckdb::FunctionType;
using duckdb::ScalarCall;
using duckdb::ScalarFunction;

constexpr auto kText = FunctionType::kText;

// The parts of a URL (RFC 3986, appendix B).
struct Url {
  std::string_view protocol, host, port, path;
  std::optional<std::string_view> query, fragment;
};

// Nothing for text that java.net.URI refuses.
std::optional<Url> ReadUrl(std::string_view text) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= ' ' || byte == 0x7F || std::string_view("\"<>\\^`{|}").find(c) != std::string_view::npos)
      return std::nullopt;
  }
  Url url;
  if (const size_t hash = text.find('#'); hash != text.npos) {
    url.fragment = text.substr(hash + 1);
    text = text.substr(0, hash);
  }
  if (const size_t mark = text.find('?'); mark != text.npos) {
    url.query = text.substr(mark + 1);
    text = text.substr(0, mark);
  }
  const size_t colon = text.find(':');
  if (colon != text.npos && colon < text.find('/') && colon > 0) {
    url.protocol = text.substr(0, colon);
    text.remove_prefix(colon + 1);
  }
  if (text.starts_with("//")) {
    std::string_view authority = text.substr(2, text.find('/', 2) - 2);
    text.remove_prefix(2 + authority.size());
    if (const size_t at = authority.rfind('@'); at != authority.npos) authority.remove_prefix(at + 1);
    const size_t port = authority.rfind(':');
    const bool has_port = port != authority.npos && authority.find(']', port) == authority.npos;
    url.host = authority.substr(0, has_port ? port : authority.npos);
    if (has_port) url.port = authority.substr(port + 1);
  }
  url.path = text;
  return url;
}

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// False for an escape that is none. `plus`: a + stands for a blank.
bool Unescape(std::string_view text, bool plus, std::string& result) {
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      result += plus && text[i] == '+' ? ' ' : text[i];
      continue;
    }
    const int high = i + 2 < text.size() + 0 ? HexDigit(text[i + 1]) : -1,
              low = i + 2 < text.size() ? HexDigit(text[i + 2]) : -1;
    if (high < 0 || low < 0) return false;
    result += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return true;
}

bool IsUtf8(std::string_view text) {
  size_t missing = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (((byte & 0xC0) == 0x80) != (missing > 0)) return false;
    if (missing > 0)
      --missing;
    else if (byte >= 0xC0)
      missing = byte < 0xE0 ? 1 : byte < 0xF0 ? 2 : 3;
    if (byte >= 0xF5) return false;
  }
  return missing == 0;
}

void ReturnDecoded(ScalarCall& call, std::string_view text) {
  std::string decoded;
  if (!Unescape(text, false, decoded) || !IsUtf8(decoded)) return call.ReturnNull();
  call.ReturnText(decoded);
}

void Part(ScalarCall& call) {
  const auto url = ReadUrl(call.Text(0));
  const std::string_view part = call.Text(1);
  if (!url) return call.ReturnNull();
  if (part == "host") return url->host.empty() ? call.ReturnNull() : call.ReturnText(url->host);
  if (part == "protocol") return call.ReturnText(url->protocol);
  if (part == "path") return ReturnDecoded(call, url->path);
  ReturnDecoded(call, (part == "query" ? url->query : url->fragment).value_or(""));
}

void Port(ScalarCall& call) {
  const auto url = ReadUrl(call.Text(0));
  int64_t port = 0;
  if (!url || url->port.empty()) return call.ReturnNull();
  const auto [end, failure] = std::from_chars(url->port.data(), url->port.data() + url->port.size(), port);
  if (failure != std::errc() || end != url->port.data() + url->port.size()) return call.ReturnNull();
  call.ReturnInteger(port);
}

void Parameter(ScalarCall& call) {
  const auto url = ReadUrl(call.Text(0));
  if (!url || !url->query) return call.ReturnNull();
  for (std::string_view rest = *url->query; !rest.empty();) {
    const std::string_view pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
    const size_t equal = pair.find('=');
    std::string name, value;
    if (!Unescape(pair.substr(0, equal), true, name)) return call.ReturnNull();
    if (name != call.Text(1)) continue;
    if (equal == pair.npos) return call.ReturnText("");
    if (!Unescape(pair.substr(equal + 1), true, value) || !IsUtf8(value)) return call.ReturnNull();
    return call.ReturnText(value);
  }
  call.ReturnNull();
}

void Decode(ScalarCall& call) {
  std::string decoded;
  if (!Unescape(call.Text(0), true, decoded) || !IsUtf8(decoded))
    return call.Fail("not the encoding of a URL's parameter: " + std::string(call.Text(0).substr(0, 80)));
  call.ReturnText(decoded);
}

void Encode(ScalarCall& call) {
  static constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : call.Text(0)) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) || c == '-' || c == '_' || c == '.' || c == '*')
      encoded += c;
    else if (c == ' ')
      encoded += '+';
    else
      (encoded += '%') += {kHex[byte >> 4], kHex[byte & 15]};
  }
  call.ReturnText(encoded);
}

const ScalarFunction kFunctions[] = {
    {"tarn_url_part", {kText, kText}, kText, Part},
    {"tarn_url_port", {kText}, FunctionType::kInteger, Port},
    {"tarn_url_parameter", {kText, kText}, kText, Parameter},
    {"tarn_url_decode", {kText}, kText, Decode},
    {"tarn_url_encode", {kText}, kText, Encode},
};

}  // namespace

std::span<const ScalarFunction> UrlExtensions() { return kFunctions; }

}  // namespace tarn::query
