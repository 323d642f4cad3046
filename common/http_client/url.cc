#include "common/http_client/url.h"

#include <curl/curl.h>

#include <algorithm>
#include <memory>

namespace tarn::http_client {
namespace {

using Url = std::unique_ptr<CURLU, decltype(&curl_url_cleanup)>;

// As libcurl reads the Location of a redirect.
constexpr unsigned kLenient = CURLU_URLENCODE | CURLU_ALLOW_SPACE;

Url NewUrl() { return {curl_url(), curl_url_cleanup}; }

bool Set(const Url& url, CURLUPart part, const char* text, unsigned flags = 0) {
  return url && curl_url_set(url.get(), part, text, flags) == CURLUE_OK;
}

/// Empty if the URL has no such part.
std::string Get(const Url& url, CURLUPart part, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url.get(), part, &text, flags) != CURLUE_OK) return "";
  std::string result(text);
  curl_free(text);
  return result;
}

bool IsHttp(const Url& url) {
  const std::string scheme = Get(url, CURLUPART_SCHEME);
  return scheme == "http" || scheme == "https";
}

std::string Origin(const Url& url) {
  std::string host = Get(url, CURLUPART_HOST);
  std::transform(host.begin(), host.end(), host.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return Get(url, CURLUPART_SCHEME) + "://" + host + ":" + Get(url, CURLUPART_PORT, CURLU_DEFAULT_PORT);
}

Error NotAUrl(const std::string& text) {
  return Error(Code::kInvalidArgument, "not an http or https URL: " + DisplayUrl(text));
}

}  // namespace

Result<std::string> OriginOf(const std::string& url) {
  const Url parsed = NewUrl();
  if (!Set(parsed, CURLUPART_URL, url.c_str(), kLenient) || !IsHttp(parsed)) return NotAUrl(url);
  return Origin(parsed);
}

Result<std::string> ResolveUrl(const std::string& base, const std::string& reference) {
  const Url from = NewUrl(), to = NewUrl();
  if (!Set(from, CURLUPART_URL, base.c_str(), kLenient) || !IsHttp(from)) return NotAUrl(base);
  Set(to, CURLUPART_URL, base.c_str(), kLenient);
  if (!Set(to, CURLUPART_URL, reference.c_str(), kLenient) || !IsHttp(to)) return NotAUrl(reference);
  const bool same_origin = Origin(from) == Origin(to);
  for (const CURLUPart part : {CURLUPART_USER, CURLUPART_PASSWORD}) {
    const std::string kept = same_origin ? Get(from, part) : "";
    Set(to, part, kept.empty() ? nullptr : kept.c_str());
  }
  return Get(to, CURLUPART_URL);
}

std::string DisplayUrl(const std::string& url) {
  const Url parsed = NewUrl();
  if (!Set(parsed, CURLUPART_URL, url.c_str(), CURLU_NON_SUPPORT_SCHEME)) return "(malformed)";
  for (const CURLUPart part : {CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_QUERY, CURLUPART_FRAGMENT}) {
    Set(parsed, part, nullptr);
  }
  const std::string text = Get(parsed, CURLUPART_URL);
  return text.empty() ? "(malformed)" : text;
}

}  // namespace tarn::http_client
