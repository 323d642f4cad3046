#include "services/extract/sources/spotify/playlist_page.h"

#include <nlohmann/json.hpp>

#include "common/json/json.h"

namespace tarn::extract::spotify {
namespace {

using nlohmann::json;

/// The object member `name`, or null.
const json* ObjectMember(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_object() ? &*found : nullptr;
}

std::string TextMember(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

bool IsTrue(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_boolean() && found->get<bool>();
}

/// The track or episode of an entry. A track has booleans called `track` and `episode` itself, so only
/// objects count.
const json* MediaOf(const json& entry) {
  if (!entry.is_object()) return nullptr;
  if (const json* item = ObjectMember(entry, "item")) return item;
  return ObjectMember(entry, "track");
}

void ReadEntry(const json& entry, PlaylistPage& page, IdList& albums, IdList& artists) {
  const json* media = MediaOf(entry);
  if (!media) {
    ++page.null_entries;
  } else if (TextMember(*media, "type") == "episode" || IsTrue(*media, "episode")) {
    ++page.episodes;
  } else if (IsTrue(entry, "is_local") || IsTrue(*media, "is_local")) {
    ++page.local_tracks;
  } else {
    if (const json* album = ObjectMember(*media, "album")) {
      if (const std::string id = TextMember(*album, "id"); !id.empty()) albums.Add(id);
    }
    const auto of_track = media->find("artists");
    if (of_track == media->end() || !of_track->is_array()) return;
    for (const json& artist : *of_track) {
      if (!artist.is_object()) continue;
      if (const std::string id = TextMember(artist, "id"); !id.empty()) artists.Add(id);
    }
  }
}

}  // namespace

Result<PlaylistPage> ReadPlaylistPage(std::string_view body, IdList& albums, IdList& artists) {
  const auto parsed = tarn::json::Parse(body);
  if (!parsed.ok()) return Error(Code::kUnprocessable, parsed.error().message()).At(parsed.error().where());
  if (!parsed->is_object()) return Error(Code::kUnprocessable, "expected an object").At("/");
  const auto items = parsed->find("items");
  if (items == parsed->end() || !items->is_array()) {
    return Error(Code::kUnprocessable, "expected an array of entries").At("/items");
  }
  PlaylistPage page;
  page.records = static_cast<int64_t>(items->size());
  page.next = TextMember(*parsed, "next");
  if (const auto total = parsed->find("total"); total != parsed->end() && total->is_number_unsigned()) {
    page.total = static_cast<int64_t>(std::min<uint64_t>(total->get<uint64_t>(), INT64_MAX));
  }
  for (const json& entry : *items) ReadEntry(entry, page, albums, artists);
  return page;
}

}  // namespace tarn::extract::spotify
