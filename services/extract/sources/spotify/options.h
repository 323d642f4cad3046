#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "common/result/result.h"

namespace tarn::extract::spotify {

/// One element of the option `search`.
struct Search {
  std::string query;
  std::vector<std::string> types{"track"};
  int64_t max_results = 1000;  ///< of each type
};

/// The options of the connector; README.md describes each.
struct Options {
  std::string base_url = "https://api.spotify.com/v1";
  std::string token_url = "https://accounts.spotify.com/api/token";
  std::string client_id;
  std::string client_secret;
  std::string refresh_token;  ///< empty: the application asks for itself
  std::vector<std::string> playlists;
  std::vector<std::string> album_ids;
  std::vector<std::string> artist_ids;
  std::vector<std::string> track_ids;
  std::vector<Search> searches;
  bool saved_tracks = false;
  bool recently_played = false;
  bool albums = true;   ///< `include` has "albums"
  bool artists = true;  ///< `include` has "artists"
  bool tracks = false;  ///< `include` has "tracks"
  std::string market;   ///< empty: none is asked for
  int64_t page_size = 50;
  int64_t connections = 1;
};

/// Errors: kInvalidArgument with the JSON pointer of the option below "/options".
Result<Options> ParseOptions(const nlohmann::json& options);

/// The scheme, host and port of an http(s) URL without user information: "https://api.spotify.com"; empty if
/// it is none.
std::string Origin(const std::string& url);

}  // namespace tarn::extract::spotify
