#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/support/connector_context.h"
#include "tests/support/spotify_stand_in/stand_in.h"

namespace tarn::extract::spotify {

inline const std::string kTopSongs = "37i9dQZEVXbMDoHDwVN2tF";   ///< 60 entries
inline const std::string kLateNight = "TarnLateNight000000001";  ///< 52 entries
inline const std::string kOddities = "TarnOddities0000000001";   ///< 6 entries

/// The connector on a stand-in of its own.
class SpotifyLab {
 public:
  /// Serves the shipped playlists.
  explicit SpotifyLab(spotify_stand_in::Options options = {});

  /// A new run with these options besides the addresses and credentials. Without `playlists` and anything
  /// else to read it reads kTopSongs.
  Result<RunOutcome> Run(const nlohmann::json& options = nlohmann::json::object());
  /// A run over the pages as they are, which may be about to die.
  Result<RunOutcome> Start(const nlohmann::json& options);
  /// The same run once more, as after a restart.
  Result<RunOutcome> Resume(const nlohmann::json& options = nlohmann::json::object());

  /// The requests to the API that hold `part`.
  int64_t Requests(const std::string& part = "/v1/") const;
  std::string Page(const std::string& key) const { return lab.pages->Content(key); }
  nlohmann::json JsonPage(const std::string& key) const { return nlohmann::json::parse(Page(key)); }
  /// The ids of the tracks on all pages of that stream, in order.
  std::vector<std::string> TrackIds(const std::string& stream) const;

  ConnectorLab lab;
  std::unique_ptr<spotify_stand_in::StandIn> stand_in;

 private:
  std::unique_ptr<Connector> Make(const nlohmann::json& options) const;
};

/// The stream of a playlist's entries.
std::string StreamOf(const std::string& playlist);

/// Runs the connector on any server with base_url `<server>/v1` and token_url `<server>/token`.
Result<RunOutcome> RunAgainst(ConnectorLab& lab, const std::string& server, const nlohmann::json& options);

}  // namespace tarn::extract::spotify
