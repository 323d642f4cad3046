#include <algorithm>

#include "common/json/pull.h"
#include "services/extract/sources/spotify/collection.h"

namespace tarn::extract::spotify {
namespace {

// Ids of playlists that Spotify makes itself, its charts and mixes.
constexpr std::string_view kMadeBySpotify = "37i9dQZ";

// The documented maximum, below that of option page_size: larger pages are taken by some applications only.
constexpr int64_t kDocumentedLimit = 50;

class Playlist : public Collection {
 public:
  Playlist(const std::string& id, const Options& options, Api& api, Notes& notes)
      : id_(id), options_(options), api_(api), notes_(notes) {}

  std::string stream() const override { return "playlist_items/playlist_id=" + id_; }
  std::string what() const override { return "playlist " + id_; }
  std::string state_name() const override { return "playlist.json"; }

  std::string StatePath() const override {
    return "/playlists/" + id_ +
           "?fields=id,name,description,uri,collaborative,public,owner(id,display_name),followers(total),"
           "images,"
           "snapshot_id" +
           Market();
  }

  std::string PagePath(int64_t limit, int64_t offset) const override {
    return PathOf(notes_.playlist_endpoint(), limit, offset);
  }

  Result<std::string> FetchState() override {
    TARN_ASSIGN(Api::Answer answer, api_.Get(StatePath()));
    if (answer.status == 200) return std::move(answer.body);
    return StateRefused(answer);
  }

  Result<std::string> VersionIn(const std::string& state) const override {
    json::PullReader in(state);
    std::string version;
    if (in.AtObject()) {
      in.Object([&](std::string_view name) {
        if (name == "snapshot_id") {
          version = in.String().value_or("");
        } else {
          in.Skip();
        }
      });
    } else {
      in.Skip();
    }
    TARN_TRY(in.Finish());
    return version;
  }

  Result<std::string> FetchPage(int64_t limit, int64_t offset) override {
    const std::string endpoint = notes_.playlist_endpoint();
    TARN_ASSIGN(Api::Answer answer, api_.Get(PathOf(endpoint, limit, offset)));
    if (answer.status == 200) return std::move(answer.body);
    // Whether the playlist or the endpoint is missing, only the other endpoint can tell.
    const std::string other = endpoint == "items" ? "tracks" : "items";
    TARN_ASSIGN(Api::Answer second, api_.Get(PathOf(other, limit, offset)));
    if (second.status == 200) {
      TARN_TRY(notes_.SetPlaylistEndpoint(other));
      return std::move(second.body);
    }
    if ((answer.status == 400 || second.status == 400) && limit > kDocumentedLimit && offset == 0) {
      return FetchPage(kDocumentedLimit, offset);
    }
    return endpoint == "items" ? ItemsRefused(answer, second) : ItemsRefused(second, answer);
  }

 private:
  std::string PathOf(const std::string& endpoint, int64_t limit, int64_t offset) const {
    return "/playlists/" + id_ + "/" + endpoint + "?limit=" + std::to_string(limit) +
           "&offset=" + std::to_string(offset) + "&additional_types=track,episode" + Market();
  }

  std::string Market() const { return options_.market.empty() ? "" : "&market=" + options_.market; }

  Error StateRefused(const Api::Answer& answer) const {
    const std::string said = SaidBySpotify(answer.body);
    if (answer.status == 400) {
      return Error(Code::kNotFound,
                   "the API does not take this for the id of a playlist" + said + ": " + id_);
    }
    if (answer.status == 403) {
      return Error(Code::kPermissionDenied,
                   "Spotify does not give this application the playlist" + said + ": " + id_);
    }
    if (id_.starts_with(kMadeBySpotify)) {
      return Error(Code::kNotFound,
                   "Spotify no longer gives playlists of its own making to applications registered since "
                   "November 2024; "
                   "copy the songs into a playlist of your own and name that one instead of: " +
                       id_);
    }
    const std::string hint =
        options_.refresh_token.empty() ? " (a private one needs the refresh_token of its owner)" : "";
    return Error(Code::kNotFound, "there is no such playlist, or it is private" + hint + ": " + id_);
  }

  // An endpoint that is closed to this application answers 403 whatever the id, so a 404 of /items says more.
  // The playlist itself was there a moment ago.
  Error ItemsRefused(const Api::Answer& items, const Api::Answer& tracks) const {
    if (items.status == 403) {
      const std::string who =
          options_.refresh_token.empty()
              ? "set the refresh_token of its owner"
              : "set the refresh_token of its owner instead, copy the songs into a playlist of yours";
      return Error(Code::kPermissionDenied,
                   "Spotify gives the items of this playlist only to its owner and collaborators, as the "
                   "application is in "
                   "development mode; " +
                       who + ", or apply for extended quota" + SaidBySpotify(items.body) + ": " + id_);
    }
    if (tracks.status == 403) {
      return Error(Code::kPermissionDenied,
                   "Spotify does not give this application the items of the playlist" +
                       SaidBySpotify(tracks.body) + ": " + id_);
    }
    return Error(Code::kNotFound, "there are no items of the playlist, or it has become private: " + id_);
  }

  const std::string id_;
  const Options& options_;
  Api& api_;
  Notes& notes_;
};

}  // namespace

std::unique_ptr<Collection> MakePlaylist(const std::string& id, const Options& options, Api& api,
                                         Notes& notes) {
  return std::make_unique<Playlist>(id, options, api, notes);
}

}  // namespace tarn::extract::spotify
