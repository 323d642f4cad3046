#include "common/http/own_pages.h"

#include <algorithm>

namespace tarn::http {
namespace {

bool IsOwnName(std::string_view host, const std::vector<std::string>& own_names) {
  return std::any_of(own_names.begin(), own_names.end(), [&](std::string_view name) {
    if (!name.starts_with('.')) return EqualsIgnoringCase(host, name);
    return host.size() > name.size() && EqualsIgnoringCase(host.substr(host.size() - name.size()), name);
  });
}

std::string_view WithoutPort(std::string_view authority) {
  const size_t colon = authority.rfind(':');
  if (colon == std::string_view::npos || authority.ends_with(']')) return authority;
  return authority.substr(0, colon);
}

}  // namespace

bool IsLoopbackName(std::string_view host) {
  return EqualsIgnoringCase(host, "localhost") || host == "127.0.0.1" || host == "[::1]";
}

bool HasOwnHost(const Headers& headers, const std::vector<std::string>& own_names) {
  const auto host = headers.Find("Host");
  return !host || IsLoopbackName(WithoutPort(*host)) || IsOwnName(WithoutPort(*host), own_names);
}

bool HasOwnOrigin(const Headers& headers) {
  const auto origin = headers.Find("Origin");
  if (!origin) return true;
  const size_t scheme = origin->find("://");
  return scheme != std::string_view::npos && IsLoopbackName(WithoutPort(origin->substr(scheme + 3)));
}

}  // namespace tarn::http
