#include "services/extract/sources/spotify/options.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "common/json/json.h"

namespace tarn::extract::spotify {
namespace {

constexpr int64_t kMaxPageSize = 100;
constexpr size_t kMaxPlaylists = 1000;

bool IsAlphanumeric(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](unsigned char c) { return c < 128 && std::isalnum(c); });
}

/// An id is a part of object keys and URLs, so nothing else may be in it.
bool IsSpotifyId(std::string_view text) { return !text.empty() && text.size() <= 64 && IsAlphanumeric(text); }

void ReadUrl(json::ObjectReader& reader, std::string_view name, std::string& target) {
  const auto value = reader.OptionalString(name);
  if (!value) return;
  target = *value;
  while (!target.empty() && target.back() == '/') target.pop_back();
  if (Origin(target).empty() || target.find_first_of("?# ") != std::string::npos) {
    reader.Fail(name, "expected an http or https URL without user, query and fragment");
  }
}

/// Each element may hold several ids with commas between them, as environment variables do.
void ReadPlaylists(json::ObjectReader& reader, Options& options) {
  const auto elements = reader.OptionalStringArray("playlists");
  if (!elements) return;
  for (const std::string& element : *elements) {
    for (size_t start = 0; start <= element.size();) {
      const size_t comma = std::min(element.find(',', start), element.size());
      std::string id = element.substr(start, comma - start);
      id.erase(0, std::min(id.find_first_not_of(' '), id.size()));
      id.erase(id.find_last_not_of(' ') + 1);
      start = comma + 1;
      if (id.empty()) continue;
      if (!IsSpotifyId(id)) return reader.Fail("playlists", "not the id of a playlist: " + id);
      if (std::find(options.playlists.begin(), options.playlists.end(), id) == options.playlists.end()) {
        options.playlists.push_back(id);
      }
    }
  }
  if (options.playlists.size() > kMaxPlaylists) {
    reader.Fail("playlists", "at most " + std::to_string(kMaxPlaylists) + " playlists");
  }
}

void ReadInclude(json::ObjectReader& reader, Options& options) {
  const auto include = reader.OptionalStringArray("include");
  if (!include) return;
  options.albums = options.artists = false;
  for (const std::string& kind : *include) {
    if (kind == "albums") {
      options.albums = true;
    } else if (kind == "artists") {
      options.artists = true;
    } else {
      reader.Fail("include", "expected albums or artists, got: " + kind);
    }
  }
}

}  // namespace

Result<Options> ParseOptions(const nlohmann::json& json_options) {
  Options options;
  json::ObjectReader reader(json_options, "/options");
  ReadUrl(reader, "base_url", options.base_url);
  ReadUrl(reader, "token_url", options.token_url);
  options.client_id = reader.RequiredString("client_id");
  options.client_secret = reader.RequiredString("client_secret");
  ReadPlaylists(reader, options);
  ReadInclude(reader, options);
  options.market = reader.OptionalString("market").value_or("");
  options.page_size = reader.OptionalInteger("page_size").value_or(options.page_size);

  for (const auto* secret : {&options.client_id, &options.client_secret}) {
    const auto name = secret == &options.client_id ? "client_id" : "client_secret";
    if (secret->empty()) reader.Fail(name, "must not be empty");
  }
  if (options.playlists.empty()) reader.Fail("playlists", "name at least one playlist");
  if (!options.market.empty() && (options.market.size() != 2 || !IsAlphanumeric(options.market))) {
    reader.Fail("market", "expected a country code of two letters, got: " + options.market);
  }
  if (options.page_size < 1 || options.page_size > kMaxPageSize) {
    reader.Fail("page_size", "expected 1 to " + std::to_string(kMaxPageSize));
  }
  TARN_TRY(reader.Finish());
  return options;
}

std::string Origin(const std::string& url) {
  const size_t scheme_end = url.find("://");
  if (scheme_end == std::string::npos) return "";
  const std::string scheme = url.substr(0, scheme_end);
  if (scheme != "http" && scheme != "https") return "";
  const size_t authority_end = std::min(url.find_first_of("/?#", scheme_end + 3), url.size());
  const std::string authority = url.substr(scheme_end + 3, authority_end - scheme_end - 3);
  // '@' would make what stands before it a user; a backslash ends the host for some parsers only.
  if (authority.empty() || authority.find_first_of("@\\ \t\r\n") != std::string::npos) return "";
  return url.substr(0, authority_end);
}

}  // namespace tarn::extract::spotify
