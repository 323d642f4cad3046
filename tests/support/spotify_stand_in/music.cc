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

/// Two snapshots of a playlist have two snapshot ids, whatever their files say.
void NameSnapshot(json& playlist, size_t number) {
  const std::string said = playlist.value("snapshot_id", json("none")).is_string()
                               ? playlist.value("snapshot_id", "none")
                               : "none";
  playlist["snapshot_id"] = said + "-" + std::to_string(number);
}

/// Every generated id is known.
json GeneratedThing(const std::string& kind, const std::string& id) {
  const char* first = kind == "tracks" ? "G" : kind == "albums" ? "L" : "R";
  if (id.size() != 22 || !id.starts_with(first)) return nullptr;
  const std::string type = kind.substr(0, kind.size() - 1);
  return {{"id", id}, {"type", type}, {"name", type + " " + id}, {"uri", "spotify:" + type + ":" + id}};
}

json GeneratedState(const GeneratedPlaylist& playlist) {
  return {{"id", playlist.id},
          {"name", "Generated"},
          {"description", ""},
          {"collaborative", false},
          {"public", true},
          {"owner", {{"id", "tarn"}, {"display_name", "Tarn"}, {"type", "user"}}},
          {"followers", {{"href", nullptr}, {"total", 0}}},
          {"images", json::array()},
          {"snapshot_id", playlist.SnapshotId()},
          {"type", "playlist"},
          {"uri", "spotify:playlist:" + playlist.id}};
}

}  // namespace

struct Music::State {
  mutable std::mutex mutex;
  std::map<std::string, std::vector<Snapshot>> playlists;     // by id; the one to serve stands first
  std::map<std::string, GeneratedPlaylist> generated;         // by id
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
    if (HasId(*track)) things["tracks"].emplace((*track)["id"], *track);
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
    NameSnapshot(snapshot.playlist, playlists[snapshot.playlist["id"]].size());
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

void Music::SetGenerated(GeneratedPlaylist playlist) {
  const std::lock_guard lock(state_->mutex);
  const auto before = state_->generated.find(playlist.id);
  if (before != state_->generated.end()) playlist.version = before->second.version + 1;
  state_->generated[playlist.id] = std::move(playlist);
}

std::optional<GeneratedPlaylist> Music::Generated(const std::string& playlist) const {
  const std::lock_guard lock(state_->mutex);
  const auto found = state_->generated.find(playlist);
  return found == state_->generated.end() ? std::nullopt : std::optional(found->second);
}

std::optional<json> Music::PlaylistState(const std::string& playlist) const {
  if (const auto generated = Generated(playlist)) return GeneratedState(*generated);
  const std::lock_guard lock(state_->mutex);
  const auto found = state_->playlists.find(playlist);
  return found == state_->playlists.end() ? std::nullopt : std::optional(found->second.front().playlist);
}

std::optional<json> Music::Playlist(const std::string& playlist, Shape shape,
                                    const std::string& api_url) const {
  auto whole = PlaylistState(playlist);
  if (!whole || Generated(playlist)) return whole;
  if (shape != Shape::kItems) (*whole)["tracks"] = *Page(playlist, "tracks", shape, api_url, 0, 100);
  if (shape != Shape::kTracks) (*whole)["items"] = *Page(playlist, "items", shape, api_url, 0, 100);
  return whole;
}

json Music::Thing(const std::string& kind, const std::string& id) const {
  const auto things = state_->things.find(kind);
  if (things == state_->things.end()) return nullptr;
  const auto found = things->second.find(id);
  return found == things->second.end() ? GeneratedThing(kind, id) : found->second;
}

std::vector<json> Music::Search(const std::string& kind, const std::string& query) const {
  std::vector<json> found;
  const auto things = state_->things.find(kind);
  if (things == state_->things.end()) return found;
  for (const auto& [id, thing] : things->second) {
    if (thing.value("name", "").find(query) != std::string::npos) found.push_back(thing);
  }
  return found;
}

}  // namespace tarn::spotify_stand_in
