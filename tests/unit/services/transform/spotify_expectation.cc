#include "tests/unit/services/transform/spotify_expectation.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

namespace tarn::transform {
namespace {

using nlohmann::json;

const json& Page(const json& document) {
  static const json kNone = json::object();
  if (!document.is_object()) return kNone;
  if (document.contains("items")) return document["items"].is_array() ? document : document["items"];
  return document.contains("tracks") ? document["tracks"] : kNone;
}

json Held(const json& entry) {
  for (const char* name : {"item", "track"}) {
    if (entry.contains(name) && entry[name].is_object()) return entry[name];
  }
  return nullptr;
}

bool IsTrue(const json& object, const char* name) { return object.contains(name) && object[name] == true; }

json At(const json& object, const std::string& pointer) {
  const json::json_pointer at(pointer);
  return object.contains(at) ? object.at(at) : json();
}

// "2024" -> "2024-01-01", "2024-03" -> "2024-03-01".
json FirstDay(const json& text) {
  if (!text.is_string() || text.get<std::string>().starts_with("0000")) return nullptr;
  const std::string date = text;
  if (date.size() == 4) return date + "-01-01";
  if (date.size() == 7) return date + "-01";
  return date.size() == 10 ? json(date) : json();
}

// Keeps, per key, the row that comes first by its order: later extraction, later addition, smaller positions.
class Latest {
 public:
  using Order = std::pair<std::pair<std::string, std::string>, std::vector<int64_t>>;

  void Offer(const std::string& key, const Order& order, json row) {
    const auto [at, is_new] = rows_.emplace(key, std::pair{order, row});
    if (!is_new && Before(order, at->second.first)) at->second = {order, std::move(row)};
  }

  json Rows() const {
    std::vector<json> rows;
    for (const auto& [key, row] : rows_) rows.push_back(row.second);
    std::sort(rows.begin(), rows.end());
    return rows;
  }

 private:
  static bool Before(const Order& a, const Order& b) {
    return a.first != b.first ? a.first > b.first : a.second < b.second;
  }

  std::map<std::string, std::pair<Order, json>> rows_;
};

struct Tables {
  Latest songs, albums, artists, song_artists;
  std::map<std::string, int64_t> counts = {
      {"entries", 0}, {"null_entries", 0}, {"local_tracks", 0}, {"episodes", 0}, {"unidentified_tracks", 0}};
};

void AddTrack(Tables& tables, const json& track, const std::string& extracted_at, const std::string& added_at,
              int64_t position) {
  const std::string song_id = track["id"];
  const Latest::Order order{{extracted_at, added_at}, {position}};
  // "2024-04-22T11:06:52Z" is shown as "2024-04-22 11:06:52".
  json song_added;
  if (!added_at.empty()) song_added = added_at.substr(0, 10) + " " + added_at.substr(11, 8);
  tables.songs.Offer(
      song_id, order,
      {song_id, At(track, "/name"), At(track, "/duration_ms"), At(track, "/external_urls/spotify"),
       At(track, "/popularity"), song_added, At(track, "/album/id"), At(track, "/artists/0/id")});
  if (const json album_id = At(track, "/album/id"); album_id.is_string()) {
    tables.albums.Offer(album_id, order,
                        {album_id, At(track, "/album/name"), FirstDay(At(track, "/album/release_date")),
                         At(track, "/album/release_date_precision"), At(track, "/album/total_tracks"),
                         At(track, "/album/external_urls/spotify")});
  }
  int64_t credit = 0;
  for (const json& artist : track.value("artists", json::array())) {
    ++credit;
    if (!At(artist, "/id").is_string()) continue;
    const Latest::Order credit_order{{extracted_at, added_at}, {position, credit}};
    const std::string id = artist["id"];
    tables.artists.Offer(id, credit_order, {id, At(artist, "/name"), At(artist, "/external_urls/spotify")});
    tables.song_artists.Offer(song_id + " " + id, credit_order, {song_id, id, credit});
  }
}

void AddEntry(Tables& tables, const json& entry, const std::string& extracted_at, int64_t position) {
  ++tables.counts["entries"];
  const json track = Held(entry);
  const std::string added_at = At(entry, "/added_at").is_string() ? entry["added_at"].get<std::string>() : "";
  if (track.is_null())
    ++tables.counts["null_entries"];
  else if (At(track, "/type") == "episode")
    ++tables.counts["episodes"];
  else if (IsTrue(entry, "is_local") || IsTrue(track, "is_local"))
    ++tables.counts["local_tracks"];
  else if (!At(track, "/id").is_string())
    ++tables.counts["unidentified_tracks"];
  else
    AddTrack(tables, track, extracted_at, added_at, position);
}

}  // namespace

json ExpectedSpotifyTables(const std::vector<RawPage>& pages) {
  Tables tables;
  for (const RawPage& raw : pages) {
    const json& document = json::parse(raw.text);
    const json page = Page(document);
    int64_t position = page.value("offset", 0);
    for (const json& entry : page.value("items", json::array()))
      AddEntry(tables, entry, raw.extracted_at, ++position);
  }
  return {{"songs", tables.songs.Rows()},
          {"albums", tables.albums.Rows()},
          {"artists", tables.artists.Rows()},
          {"song_artists", tables.song_artists.Rows()},
          {"counts", tables.counts}};
}

}  // namespace tarn::transform
