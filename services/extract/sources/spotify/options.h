#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "common/result/result.h"

namespace tarn::extract::spotify {

/// The options of the connector; README.md describes each.
struct Options {
  std::string base_url = "https://api.spotify.com/v1";
  std::string token_url = "https://accounts.spotify.com/api/token";
  std::string client_id;
  std::string client_secret;
  std::vector<std::string> playlists;
  bool albums = true;   ///< `include` has "albums"
  bool artists = true;  ///< `include` has "artists"
  std::string market;   ///< empty: none is asked for
  int64_t page_size = 50;
};

/// Errors: kInvalidArgument with the JSON pointer of the option below "/options".
Result<Options> ParseOptions(const nlohmann::json& options);

/// The scheme, host and port of an http(s) URL without user information: "https://api.spotify.com"; empty if
/// it is none.
std::string Origin(const std::string& url);

}  // namespace tarn::extract::spotify
