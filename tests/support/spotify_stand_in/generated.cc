#include "tests/support/spotify_stand_in/generated.h"

#include <algorithm>
#include <charconv>
#include <cstdio>

namespace tarn::spotify_stand_in {
namespace {

constexpr int64_t kTracksPerAlbum = 10;
constexpr int64_t kTracksPerArtist = 7;
constexpr int64_t kMaxEntries = 1'000'000;

std::string Id(char kind, int64_t number) {
  char id[24];
  std::snprintf(id, sizeof id, "%c%021lld", kind, static_cast<long long>(number));
  return id;
}

std::string Artist(int64_t number) {
  const std::string id = Id('R', number);
  return R"({"external_urls":{"spotify":"https://open.spotify.com/artist/)" + id +
         R"("},"href":"https://api.spotify.com/v1/artists/)" + id + R"(","id":")" + id +
         R"(","name":"Artist )" + std::to_string(number) + R"(","type":"artist","uri":"spotify:artist:)" +
         id + R"("})";
}

std::string Album(int64_t number) {
  const std::string id = Id('L', number);
  std::string album = R"({"album_type":"album","artists":[)" + Artist(number) +
                      R"(],"external_urls":{"spotify":"https://open.spotify.com/album/)" + id +
                      R"("},"href":"https://api.spotify.com/v1/albums/)" + id + R"(","id":")" + id +
                      R"(","images":[)";
  for (const char* size : {"640", "300", "64"}) {
    if (album.back() != '[') album += ',';
    album += std::string(R"({"height":)") + size + R"(,"url":"https://images.example/)" + size + "/" + id +
             R"(","width":)" + size + "}";
  }
  return album + R"(],"name":"Album )" + std::to_string(number) +
         R"(","release_date":"2020-01-01","release_date_precision":"day","total_tracks":10,)" +
         R"("type":"album","uri":"spotify:album:)" + id + R"("})";
}

std::string Track(int64_t number) {
  const std::string id = GeneratedTrackId(number);
  return R"({"album":)" + Album(number / kTracksPerAlbum) + R"(,"artists":[)" +
         Artist(number / kTracksPerArtist) + R"(],"disc_number":1,"duration_ms":)" +
         std::to_string(120'000 + number % 100'000) +
         R"(,"episode":false,"explicit":false,"external_urls":{"spotify":"https://open.spotify.com/track/)" +
         id + R"("},"href":"https://api.spotify.com/v1/tracks/)" + id + R"(","id":")" + id +
         R"(","is_local":false,"name":"Song )" + std::to_string(number) + R"(","popularity":)" +
         std::to_string(number % 101) + R"(,"preview_url":null,"track":true,"track_number":)" +
         std::to_string(number % kTracksPerAlbum + 1) + R"(,"type":"track","uri":"spotify:track:)" + id +
         R"(")";
}

/// Fills an entry up to the size that was asked for, as the markets of a real one do.
void AppendMarkets(std::string& entry, int64_t bytes) {
  entry += R"(,"available_markets":[)";
  for (int64_t missing = bytes - static_cast<int64_t>(entry.size()) - 3; missing >= 5; missing -= 5) {
    entry += entry.back() == '[' ? "\"GB\"" : ",\"GB\"";
  }
  entry += "]}";
}

std::string Entry(const GeneratedPlaylist& playlist, std::string_view member, int64_t number) {
  std::string entry =
      R"({"added_at":"2026-01-01T00:00:00Z","added_by":{"id":"tarn","type":"user"},"is_local":false,)"
      R"("primary_color":null,"video_thumbnail":{"url":null},")";
  entry.reserve(static_cast<size_t>(playlist.entry_bytes) + 1'024);
  entry += member;
  entry += "\":" + Track(number);
  AppendMarkets(entry, playlist.entry_bytes);
  entry += '}';
  return entry;
}

}  // namespace

Result<GeneratedPlaylist> ParseGeneratedPlaylist(const std::string& text) {
  GeneratedPlaylist playlist;
  const size_t colon = text.find(':');
  playlist.id = text.substr(0, colon);
  const bool has_number = colon != std::string::npos;
  const char* start = text.data() + (has_number ? colon + 1 : text.size());
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(start, end, playlist.entries);
  if (playlist.id.empty() || error != std::errc() || stopped != end || playlist.entries < 0 ||
      playlist.entries > kMaxEntries) {
    return Error(Code::kInvalidArgument, "expected ID:ENTRIES, got: " + text);
  }
  return playlist;
}

std::string GeneratedTrackId(int64_t number) { return Id('G', number); }

std::string GeneratedPage(const GeneratedPlaylist& playlist, std::string_view member, const std::string& url,
                          int64_t offset, int64_t limit) {
  const auto link = [&](int64_t at) {
    return "\"" + url + "?offset=" + std::to_string(at) + "&limit=" + std::to_string(limit) +
           "&additional_types=track,episode\"";
  };
  const int64_t end = std::min(offset + limit, playlist.entries);
  std::string page = R"({"href":)" + link(offset) + R"(,"items":[)";
  page.reserve(static_cast<size_t>(std::max<int64_t>(0, end - offset) * (playlist.entry_bytes + 64) + 1'024));
  for (int64_t number = offset; number < end; ++number) {
    if (number > offset) page += ',';
    page += Entry(playlist, member, number);
  }
  page += R"(],"limit":)" + std::to_string(limit) + R"(,"next":)" +
          (end < playlist.entries ? link(end) : "null") + R"(,"offset":)" + std::to_string(offset) +
          R"(,"previous":)" + (offset > 0 ? link(std::max<int64_t>(0, offset - limit)) : "null") +
          R"(,"total":)" + std::to_string(playlist.entries) + "}";
  return page;
}

}  // namespace tarn::spotify_stand_in
