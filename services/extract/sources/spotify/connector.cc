#include "services/extract/sources/spotify/connector.h"

#include <nlohmann/json.hpp>

#include "common/json/json.h"
#include "services/extract/sources/spotify/batch_reader.h"
#include "services/extract/sources/spotify/playlist_reader.h"

namespace tarn::extract::spotify {
namespace {

/// True for failures of one playlist or batch that leave hope for the others.
bool ConcernsOnePart(const Error& error) {
  return error.code() == Code::kNotFound || error.code() == Code::kPermissionDenied ||
         error.code() == Code::kUnprocessable;
}

class SpotifyConnector : public Connector {
 public:
  explicit SpotifyConnector(Options options) : options_(std::move(options)) {}

  Result<RunOutcome> Run(RunContext& context) override {
    TokenSource tokens(options_, context);
    Api api(options_, context, tokens);
    return ReadAll(context, api);
  }

 private:
  Result<RunOutcome> ReadAll(RunContext& context, Api& api) {
    RunOutcome outcome;
    IdList albums, artists;
    const double parts = static_cast<double>(options_.playlists.size() + options_.albums + options_.artists);
    double done = 0;
    const auto on_page = [&](double fraction) { context.progress.Advance((done + fraction) / parts); };
    const auto note = [&outcome](Status status) -> Status {
      if (!status.ok() && !ConcernsOnePart(status.error())) return status;
      if (!status.ok()) outcome.problems.push_back(std::move(status).error());
      return Ok();
    };

    TARN_ASSIGN(const std::string endpoint, LoadEndpoint(context.state));
    PlaylistReader playlists(options_, context, api, endpoint);
    for (const std::string& playlist : options_.playlists) {
      TARN_TRY(note(playlists.Read(playlist, albums, artists, on_page)));
      ++done;
    }
    if (outcome.problems.size() < options_.playlists.size()) outcome.anything_stored = true;
    if (playlists.endpoint() != endpoint) TARN_TRY(SaveEndpoint(context.state, playlists.endpoint()));

    BatchReader batches(options_, context, api);
    if (options_.albums) {
      TARN_TRY(note(batches.Read(kAlbums, albums.ids(), on_page)));
      ++done;
    }
    if (options_.artists) TARN_TRY(note(batches.Read(kArtists, artists.ids(), on_page)));
    return outcome;
  }

  /// The endpoint of playlists that worked last time.
  static Result<std::string> LoadEndpoint(SavedState& state) {
    TARN_ASSIGN(const std::string text, state.LoadNotes());
    const auto saved = json::Parse(text);
    if (saved.ok() && saved->is_object() && saved->contains("playlist_endpoint") &&
        saved->at("playlist_endpoint") == "tracks") {
      return std::string("tracks");
    }
    return std::string("items");
  }

  static Status SaveEndpoint(SavedState& state, const std::string& endpoint) {
    return state.SaveNotes(json::Dump({{"playlist_endpoint", endpoint}}));
  }

  const Options options_;
};

Result<std::unique_ptr<Connector>> Make(const nlohmann::json& json_options) {
  TARN_ASSIGN(Options options, ParseOptions(json_options));
  return std::unique_ptr<Connector>(std::make_unique<SpotifyConnector>(std::move(options)));
}

}  // namespace

ConnectorType Type() {
  return {
      .name = "spotify",
      .summary = "Playlists with the albums and artists of their tracks, from Spotify's Web API",
      .make = Make,
      .options = {"base_url", "token_url", "client_id", "client_secret", "playlists", "include", "market",
                  "page_size"},
      .secret_options = {"client_id", "client_secret"},
      .run_options = {"playlists", "include", "market", "page_size"},
  };
}

}  // namespace tarn::extract::spotify
