#include "services/extract/sources/spotify/playlist_reader.h"

#include <algorithm>
#include <unordered_set>

namespace tarn::extract::spotify {
namespace {

// A playlist holds at most 10,000 entries, so that even pages of one entry stay below.
constexpr int64_t kMaxPages = 10'000;

Error Refusal(const Api::Answer& answer, const std::string& playlist) {
  switch (answer.status) {
    case 403:
      return Error(Code::kPermissionDenied,
                   "the API does not give this application the playlist: " + playlist);
    case 400:
      return Error(Code::kNotFound, "the API does not take this for the id of a playlist: " + playlist);
    default:
      return Error(Code::kNotFound, "there is no such playlist, or it is private: " + playlist);
  }
}

Error AtPage(const Error& error, const std::string& playlist, int64_t number) {
  return Error(error.code(), "page " + std::to_string(number) + " of playlist " + playlist +
                                 " is not what the API documents: " + error.message())
      .At(error.where());
}

}  // namespace

Status PlaylistReader::Read(const std::string& playlist, IdList& albums, IdList& artists,
                            const OnPage& on_page) {
  const std::string stream = "playlist_items/playlist_id=" + playlist;
  std::string url;
  std::unordered_set<std::string> visited;
  int64_t records = 0;
  for (int64_t number = 0; number == 0 || !url.empty(); ++number) {
    if (number == kMaxPages || !visited.insert(url).second) {
      return Error(Code::kUnprocessable, "the pages of playlist " + playlist + " do not end").At(url);
    }
    const PageId id{stream, number};
    TARN_ASSIGN(std::optional<std::string> body, context_.pages.Find(id));
    if (!body) {
      TARN_ASSIGN(body, number == 0 ? FetchFirst(playlist) : Fetch(url, playlist));
    }
    const auto page = ReadPlaylistPage(*body, albums, artists);
    if (!page.ok()) return AtPage(page.error(), playlist, number);
    TARN_TRY(context_.pages.Put(id, *body, {.records = page->records}));

    context_.progress.Count("null_entries", page->null_entries);
    context_.progress.Count("local_tracks", page->local_tracks);
    context_.progress.Count("episodes", page->episodes);
    records += page->records;
    on_page(static_cast<double>(records) / static_cast<double>(std::max<int64_t>({records, page->total, 1})));
    url = page->next;
  }
  return context_.pages.Finish(stream);
}

Result<std::string> PlaylistReader::FetchFirst(const std::string& playlist) {
  TARN_ASSIGN(Api::Answer answer, api_.Get(FirstPath(playlist, endpoint_)));
  if (answer.status == 200) return std::move(answer.body);
  // Whether the playlist or the endpoint is missing, only the other endpoint can tell.
  const std::string other = endpoint_ == "items" ? "tracks" : "items";
  TARN_ASSIGN(Api::Answer second, api_.Get(FirstPath(playlist, other)));
  // An endpoint that is closed to this application answers 403 whatever the id, so a 404 says more.
  if (second.status != 200) return Refusal(answer.status == 404 ? answer : second, playlist);
  endpoint_ = other;
  return std::move(second.body);
}

Result<std::string> PlaylistReader::Fetch(const std::string& url, const std::string& playlist) {
  TARN_ASSIGN(Api::Answer answer, api_.Get(url));
  if (answer.status != 200) return Refusal(answer, playlist);
  return std::move(answer.body);
}

std::string PlaylistReader::FirstPath(const std::string& playlist, const std::string& endpoint) const {
  std::string path = "/playlists/" + playlist + "/" + endpoint +
                     "?limit=" + std::to_string(options_.page_size) +
                     "&offset=0&additional_types=track,episode";
  if (!options_.market.empty()) path += "&market=" + options_.market;
  return path;
}

}  // namespace tarn::extract::spotify
