#include "tests/support/spotify_stand_in/music.h"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "common/json/json.h"

namespace tarn::spotify_stand_in {
namespace {

using nlohmann::json;

struct Snapshot {
  std::string file_name;
  json playlist;  // without its entries
  std::vector<json> entries;
};

/// The paging object of a playlist file: `tracks`, or `items` in the newer shape.
json* EntriesOf(json& playlist) {
  for (const char* name : {"tracks", "items"}) {
    const auto paging = playlist.find(name);
    if (paging != playlist.end() && paging->is_object() && paging->contains("items") &&
        (*paging)["items"].is_array()) {
      return &(*paging)["items"];
    }
  }
  return nullptr;
}

/// The track of an entry, whichever member holds it, or null.
const json* TrackOf(const json& entry) {
  if (!entry.is_object()) return nullptr;
  for (const char* name : {"item", "track"}) {
    if (const auto found = entry.find(name); found != entry.end() && found->is_object()) return &*found;
  }
  return nullptr;
}

json InShape(const json& entry, Shape shape) {
  if (!entry.is_object()) return entry;
  const json* track = TrackOf(entry);
  json shaped = entry;
  shaped.erase("track");
  shaped.erase("item");
  if (shape != Shape::kItems) shaped["track"] = track ? *track : json();
  if (shape != Shape::kTracks) shaped["item"] = track ? *track : json();
  return shaped;
}

bool HasId(const json& object) {
  return object.is_object() && object.contains("id") && object["id"].is_string();
}

/// What the API tells of an artist beyond the short form that tracks hold.
json FullArtist(json artist) {
  artist.emplace("followers", json{{"href", nullptr}, {"total", 1000}});
  artist.emplace("genres", json::array());
  artist.emplace("images", json::array());
  artist.emplace("popularity", 50);
  return artist;
}

}  // namespace

struct Music::State {
  mutable std::mutex mutex;
  std::map<std::string, std::vector<Snapshot>> playlists;     // by id; the one to serve stands first
  std::map<std::string, std::map<std::string, json>> things;  // by kind and id

  void AddThings(const json& entry) {
    const json* track = TrackOf(entry);
    if (!track) return;
    const auto add_artists = [this](const json& owner) {
      if (!owner.contains("artists")) return;
      for (const json& artist : owner["artists"]) {
        if (HasId(artist)) things["artists"].emplace(artist["id"], FullArtist(artist));
      }
    };
    add_artists(*track);
    if (!track->contains("album") || !HasId((*track)["album"])) return;
    things["albums"].emplace((*track)["album"]["id"], (*track)["album"]);
    add_artists((*track)["album"]);
  }

  Status AddFile(const std::filesystem::path& file) {
    std::ostringstream text;
    text << std::ifstream(file, std::ios::binary).rdbuf();
    auto playlist = tarn::json::Parse(text.str());
    if (!playlist.ok()) return Error(Code::kInvalidArgument, playlist.error().message()).At(file.string());
    json* entries = HasId(*playlist) ? EntriesOf(*playlist) : nullptr;
    if (!entries) return Error(Code::kInvalidArgument, "not a playlist").At(file.string());
    Snapshot snapshot{file.filename().string(), {}, entries->get<std::vector<json>>()};
    for (const json& entry : snapshot.entries) AddThings(entry);
    playlist->erase("tracks");
    playlist->erase("items");
    snapshot.playlist = *std::move(playlist);
    playlists[snapshot.playlist["id"]].push_back(std::move(snapshot));
    return Ok();
  }
};

Result<Shape> ParseShape(const std::string& text) {
  if (text == "tracks") return Shape::kTracks;
  if (text == "items") return Shape::kItems;
  if (text == "both") return Shape::kBoth;
  return Error(Code::kInvalidArgument, "expected tracks, items or both, got: " + text);
}

Music::Music(std::unique_ptr<State> state) : state_(std::move(state)) {}
Music::~Music() = default;

Result<std::unique_ptr<Music>> Music::Load(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  std::error_code failure;
  for (const auto& entry : std::filesystem::directory_iterator(folder, failure)) {
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  }
  if (failure) return Error(Code::kInvalidArgument, "cannot read the folder " + folder.string());
  std::sort(files.begin(), files.end());
  auto state = std::make_unique<State>();
  for (const auto& file : files) TARN_TRY(state->AddFile(file));
  if (state->playlists.empty()) return Error(Code::kInvalidArgument, "no playlists in " + folder.string());
  return std::unique_ptr<Music>(new Music(std::move(state)));
}

std::vector<std::string> Music::PlaylistIds() const {
  const std::lock_guard lock(state_->mutex);
  std::vector<std::string> ids;
  for (const auto& [id, snapshots] : state_->playlists) ids.push_back(id);
  return ids;
}

Status Music::ChooseSnapshot(const std::string& file_name) {
  const std::lock_guard lock(state_->mutex);
  for (auto& [id, snapshots] : state_->playlists) {
    for (Snapshot& snapshot : snapshots) {
      if (snapshot.file_name != file_name) continue;
      std::swap(snapshots.front(), snapshot);
      return Ok();
    }
  }
  return Error(Code::kNotFound, "no such snapshot: " + file_name);
}

std::optional<json> Music::Page(const std::string& playlist, const std::string& endpoint, Shape shape,
                                const std::string& api_url, int64_t offset, int64_t limit) const {
  const std::lock_guard lock(state_->mutex);
  const auto found = state_->playlists.find(playlist);
  if (found == state_->playlists.end()) return std::nullopt;
  const auto& entries = found->second.front().entries;
  const auto total = static_cast<int64_t>(entries.size());
  const auto link = [&](int64_t at) {
    return api_url + "/playlists/" + playlist + "/" + endpoint + "?offset=" + std::to_string(at) +
           "&limit=" + std::to_string(limit) + "&additional_types=track,episode";
  };
  auto items = json::array();
  for (int64_t i = offset; i < std::min(offset + limit, total); ++i) {
    items.push_back(InShape(entries[static_cast<size_t>(i)], shape));
  }
  return json{{"href", link(offset)},
              {"items", std::move(items)},
              {"limit", limit},
              {"next", offset + limit < total ? json(link(offset + limit)) : json()},
              {"offset", offset},
              {"previous", offset > 0 ? json(link(std::max<int64_t>(0, offset - limit))) : json()},
              {"total", total}};
}

std::optional<json> Music::Playlist(const std::string& playlist, Shape shape,
                                    const std::string& api_url) const {
  json whole;
  {
    const std::lock_guard lock(state_->mutex);
    const auto found = state_->playlists.find(playlist);
    if (found == state_->playlists.end()) return std::nullopt;
    whole = found->second.front().playlist;
  }
  if (shape != Shape::kItems) whole["tracks"] = *Page(playlist, "tracks", shape, api_url, 0, 100);
  if (shape != Shape::kTracks) whole["items"] = *Page(playlist, "items", shape, api_url, 0, 100);
  return whole;
}

json Music::Thing(const std::string& kind, const std::string& id) const {
  const auto things = state_->things.find(kind);
  if (things == state_->things.end()) return nullptr;
  const auto found = things->second.find(id);
  return found == things->second.end() ? json() : found->second;
}

}  // namespace tarn::spotify_stand_in
