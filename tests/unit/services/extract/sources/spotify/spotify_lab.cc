#include "tests/unit/services/extract/sources/spotify/spotify_lab.h"

#include <algorithm>
#include <cstdio>
#include <stdexcept>

#include "services/extract/sources/spotify/connector.h"

namespace tarn::extract::spotify {
namespace {

template <class T>
T Must(Result<T> result) {
  if (!result.ok()) throw std::runtime_error(result.error().message() + " " + result.error().where());
  return *std::move(result);
}

bool AsksForSomething(const nlohmann::json& options) {
  for (const char* name :
       {"playlists", "albums", "artists", "tracks", "search", "saved_tracks", "recently_played"}) {
    if (options.contains(name)) return true;
  }
  return false;
}

}  // namespace

SpotifyLab::SpotifyLab(spotify_stand_in::Options options) {
  options.data = TARN_STAND_IN_DATA;
  stand_in = Must(spotify_stand_in::StandIn::Start(options));
}

std::unique_ptr<Connector> SpotifyLab::Make(const nlohmann::json& more) const {
  nlohmann::json options = {{"base_url", stand_in->api_url()},
                            {"token_url", stand_in->token_url()},
                            {"client_id", "stand-in"},
                            {"client_secret", "stand-in"}};
  options.update(more);
  if (!AsksForSomething(options)) options["playlists"] = {kTopSongs};
  return Must(Type().make(options));
}

Result<RunOutcome> SpotifyLab::Run(const nlohmann::json& options) { return lab.Run(*Make(options)); }

Result<RunOutcome> SpotifyLab::Start(const nlohmann::json& options) { return lab.Resume(*Make(options)); }

Result<RunOutcome> SpotifyLab::Resume(const nlohmann::json& options) {
  lab.pages->Revive();
  return lab.Resume(*Make(options));
}

int64_t SpotifyLab::Requests(const std::string& part) const {
  const auto requests = stand_in->requests();
  return std::count_if(requests.begin(), requests.end(), [&](const std::string& target) {
    return target.starts_with("/v1/") && target.find(part) != std::string::npos;
  });
}

std::vector<std::string> SpotifyLab::TrackIds(const std::string& stream) const {
  std::vector<std::string> ids;
  for (int64_t number = 0;; ++number) {
    const std::string page = Page(MemoryPages::Key({stream, number}));
    if (page.empty()) return ids;
    const auto parsed = nlohmann::json::parse(page);
    for (const auto& entry : parsed.at("items")) {
      const char* member = entry.contains("item") ? "item" : "track";
      ids.push_back(entry.at(member).at("id").get<std::string>());
    }
  }
}

std::string StreamOf(const std::string& playlist) { return "playlist_items/playlist_id=" + playlist; }

Result<RunOutcome> RunAgainst(ConnectorLab& lab, const std::string& server, const nlohmann::json& more) {
  nlohmann::json options = {{"base_url", server + "/v1"},
                            {"token_url", server + "/token"},
                            {"client_id", "a"},
                            {"client_secret", "b"}};
  options.update(more);
  return lab.Run(*Must(Type().make(options)));
}

}  // namespace tarn::extract::spotify
