#include "services/extract/s3/wire/canonical_request.h"

#include <algorithm>

namespace tarn::extract::s3 {
namespace {

bool IsBlank(char c) { return c == ' ' || c == '\t'; }

void AppendCollapsed(std::string& text, std::string_view value) {
  while (!value.empty() && IsBlank(value.back())) value.remove_suffix(1);
  bool blank = true;  // leading ones go altogether
  for (const char c : value) {
    if (!IsBlank(c)) {
      text += c;
    } else if (!blank) {
      text += ' ';
    }
    blank = IsBlank(c);
  }
}

}  // namespace

std::string CanonicalPath(std::string_view raw_path) {
  const auto decoded = http::PercentDecode(raw_path);
  std::string_view rest = decoded.ok() ? std::string_view(*decoded) : raw_path;
  std::string path;
  for (;;) {
    const size_t slash = rest.find('/');
    path += http::PercentEncode(rest.substr(0, slash));
    if (slash == std::string_view::npos) return path;
    path += '/';
    rest.remove_prefix(slash + 1);
  }
}

std::string CanonicalQuery(const std::vector<std::pair<std::string, std::string>>& parameters) {
  std::vector<std::pair<std::string, std::string>> encoded;
  for (const auto& [name, value] : parameters) {
    if (name != "X-Amz-Signature") encoded.emplace_back(http::PercentEncode(name), http::PercentEncode(value));
  }
  std::sort(encoded.begin(), encoded.end());
  std::string query;
  for (const auto& [name, value] : encoded) {
    query.append(query.empty() ? "" : "&").append(name).append("=").append(value);
  }
  return query;
}

std::string CanonicalHeaderValue(const http::Headers& headers, std::string_view name) {
  std::string joined;
  bool first = true;
  for (const auto& [field, value] : headers) {
    if (!http::EqualsIgnoringCase(field, name)) continue;
    if (!std::exchange(first, false)) joined += ',';
    AppendCollapsed(joined, value);
  }
  return joined;
}

std::string CanonicalRequest(const http::Request& request, const Credentials& credentials, std::string_view path,
                             std::string_view content_sha256) {
  std::string text = http::MethodName(request.method);
  text.append("\n").append(path).append("\n").append(CanonicalQuery(request.query_parameters)).append("\n");
  std::string names;
  for (const std::string& name : credentials.signed_headers) {
    text.append(name).append(":").append(CanonicalHeaderValue(request.headers, name)).append("\n");
    names.append(names.empty() ? "" : ";").append(name);
  }
  return text.append("\n").append(names).append("\n").append(content_sha256);
}

}  // namespace tarn::extract::s3
