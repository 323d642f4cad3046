#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace tarn::transform {

/// One raw object: its text and when it was extracted, as the key says it ("20240422T110652Z").
struct RawPage {
  std::string extracted_at;
  std::string text;
};

/// What the four Spotify tables should hold after these pages, worked out in plain code, straight from the
/// API's documents: {"songs": [[...], ...], "albums": ..., "artists": ..., "song_artists": ..., "counts":
/// {...}}, rows sorted.
nlohmann::json ExpectedSpotifyTables(const std::vector<RawPage>& pages);

}  // namespace tarn::transform
