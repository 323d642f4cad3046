#include "services/extract/sources/spotify/options.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "common/json/json.h"
#include "services/extract/sources/spotify/id_list.h"

namespace tarn::extract::spotify {
namespace {

using nlohmann::json;

constexpr int64_t kMaxPageSize = 100;
constexpr int64_t kMaxConnections = 16;
constexpr int64_t kMaxResults = 1000;  // Spotify gives no results beyond it
constexpr size_t kMaxIds = 10'000;
constexpr size_t kMaxPlaylists = 1000;
constexpr size_t kMaxSearches = 100;
constexpr size_t kMaxQueryBytes = 500;

const std::vector<std::string> kSearchTypes = {"track", "album",   "artist",   "playlist",
                                               "show",  "episode", "audiobook"};

bool IsAlphanumeric(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](unsigned char c) { return c < 128 && std::isalnum(c); });
}

void ReadUrl(tarn::json::ObjectReader& reader, std::string_view name, std::string& target) {
  const auto value = reader.OptionalString(name);
  if (!value) return;
  target = *value;
  while (!target.empty() && target.back() == '/') target.pop_back();
  if (Origin(target).empty() || target.find_first_of("?# ") != std::string::npos) {
    reader.Fail(name, "expected an http or https URL without user, query and fragment");
  }
}

/// Each element may hold several ids with commas between them, as environment variables do.
void ReadIds(tarn::json::ObjectReader& reader, std::string_view name, size_t max,
             std::vector<std::string>& ids) {
  const auto elements = reader.OptionalStringArray(name);
  if (!elements) return;
  IdList list;
  for (const std::string& element : *elements) {
    for (size_t start = 0; start <= element.size();) {
      const size_t comma = std::min(element.find(',', start), element.size());
      std::string id = element.substr(start, comma - start);
      id.erase(0, std::min(id.find_first_not_of(' '), id.size()));
      id.erase(id.find_last_not_of(' ') + 1);
      start = comma + 1;
      if (id.empty()) continue;
      if (!IsSpotifyId(id)) return reader.Fail(name, "not an id: " + id);
      list.Add(id);
    }
  }
  if (list.size() > max) reader.Fail(name, "at most " + std::to_string(max) + " ids");
  ids = list.ids();
}

void ReadInclude(tarn::json::ObjectReader& reader, Options& options) {
  const auto include = reader.OptionalStringArray("include");
  if (!include) return;
  options.albums = options.artists = options.tracks = false;
  for (const std::string& kind : *include) {
    if (kind == "albums") {
      options.albums = true;
    } else if (kind == "artists") {
      options.artists = true;
    } else if (kind == "tracks") {
      options.tracks = true;
    } else {
      reader.Fail("include", "expected albums, artists or tracks, got: " + kind);
    }
  }
}

Result<Search> ParseSearch(const json& element, const std::string& pointer) {
  Search search;
  tarn::json::ObjectReader reader(element, pointer);
  search.query = reader.RequiredString("query");
  search.types = reader.OptionalStringArray("types").value_or(search.types);
  search.max_results = reader.OptionalInteger("max_results").value_or(search.max_results);
  if (search.query.empty() || search.query.size() > kMaxQueryBytes) {
    reader.Fail("query", "expected 1 to " + std::to_string(kMaxQueryBytes) + " bytes");
  }
  if (search.types.empty()) reader.Fail("types", "name at least one type");
  for (const std::string& type : search.types) {
    if (std::find(kSearchTypes.begin(), kSearchTypes.end(), type) == kSearchTypes.end()) {
      reader.Fail("types",
                  "expected track, album, artist, playlist, show, episode or audiobook, got: " + type);
    }
  }
  if (search.max_results < 1 || search.max_results > kMaxResults) {
    reader.Fail("max_results", "expected 1 to " + std::to_string(kMaxResults));
  }
  TARN_TRY(reader.Finish());
  return search;
}

Status ReadSearches(tarn::json::ObjectReader& reader, Options& options) {
  const json* searches = reader.OptionalArray("search");
  if (!searches) return Ok();
  if (searches->size() > kMaxSearches)
    reader.Fail("search", "at most " + std::to_string(kMaxSearches) + " searches");
  for (size_t i = 0; i < searches->size(); ++i) {
    TARN_ASSIGN(Search search,
                ParseSearch((*searches)[i], reader.PointerTo("search") + "/" + std::to_string(i)));
    options.searches.push_back(std::move(search));
  }
  return Ok();
}

bool AsksForNothing(const Options& options) {
  return options.playlists.empty() && options.album_ids.empty() && options.artist_ids.empty() &&
         options.track_ids.empty() && options.searches.empty() && !options.saved_tracks &&
         !options.recently_played;
}

void Check(tarn::json::ObjectReader& reader, const Options& options) {
  if (options.client_id.empty()) reader.Fail("client_id", "must not be empty");
  if (options.client_secret.empty()) reader.Fail("client_secret", "must not be empty");
  if (AsksForNothing(options)) {
    reader.Fail("playlists", "name at least one playlist, or something else to read");
  }
  for (const char* name : {"saved_tracks", "recently_played"}) {
    const bool asked = name[0] == 's' ? options.saved_tracks : options.recently_played;
    if (asked && options.refresh_token.empty()) reader.Fail(name, "needs the refresh_token of a user");
  }
  if (!options.market.empty() && (options.market.size() != 2 || !IsAlphanumeric(options.market))) {
    reader.Fail("market", "expected a country code of two letters, got: " + options.market);
  }
  if (options.page_size < 1 || options.page_size > kMaxPageSize) {
    reader.Fail("page_size", "expected 1 to " + std::to_string(kMaxPageSize));
  }
  if (options.connections < 1 || options.connections > kMaxConnections) {
    reader.Fail("connections", "expected 1 to " + std::to_string(kMaxConnections));
  }
}

}  // namespace

bool IsSpotifyId(std::string_view text) { return !text.empty() && text.size() <= 64 && IsAlphanumeric(text); }

Result<Options> ParseOptions(const json& json_options) {
  Options options;
  tarn::json::ObjectReader reader(json_options, "/options");
  ReadUrl(reader, "base_url", options.base_url);
  ReadUrl(reader, "token_url", options.token_url);
  options.client_id = reader.RequiredString("client_id");
  options.client_secret = reader.RequiredString("client_secret");
  options.refresh_token = reader.OptionalString("refresh_token").value_or("");
  ReadIds(reader, "playlists", kMaxPlaylists, options.playlists);
  ReadIds(reader, "albums", kMaxIds, options.album_ids);
  ReadIds(reader, "artists", kMaxIds, options.artist_ids);
  ReadIds(reader, "tracks", kMaxIds, options.track_ids);
  TARN_TRY(ReadSearches(reader, options));
  options.saved_tracks = reader.OptionalBool("saved_tracks").value_or(false);
  options.recently_played = reader.OptionalBool("recently_played").value_or(false);
  ReadInclude(reader, options);
  options.market = reader.OptionalString("market").value_or("");
  options.page_size = reader.OptionalInteger("page_size").value_or(options.page_size);
  options.connections = reader.OptionalInteger("connections").value_or(options.connections);
  Check(reader, options);
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
