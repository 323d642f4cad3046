#include "services/extract/sources/spotify/paging.h"

#include <algorithm>
#include <charconv>

namespace tarn::extract::spotify {

std::optional<int64_t> QueryNumber(const std::string& url, std::string_view name) {
  std::string_view query = std::string_view(url).substr(std::min(url.find('?'), url.size()));
  while (!query.empty()) {
    query.remove_prefix(1);
    const std::string_view field = query.substr(0, query.find_first_of("&#"));
    query.remove_prefix(field.size());
    if (!field.starts_with(name) || field.substr(name.size(), 1) != "=") continue;
    const std::string_view digits = field.substr(name.size() + 1);
    int64_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
    return value;
  }
  return std::nullopt;
}

}  // namespace tarn::extract::spotify
