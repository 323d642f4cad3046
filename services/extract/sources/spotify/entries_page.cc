#include "services/extract/sources/spotify/entries_page.h"

#include <algorithm>
#include <optional>

#include "services/extract/sources/spotify/id_list.h"

namespace tarn::extract::spotify {
namespace {

/// The track or episode of an entry.
struct Media {
  bool is_episode = false;
  bool is_local = false;
  std::string id;
  std::string album;
  std::vector<std::string> artists;
};

std::string ReadId(json::PullReader& in) {
  std::string id;
  if (!in.AtObject()) {
    in.Skip();
    return id;
  }
  in.Object([&](std::string_view name) {
    if (name == "id") {
      id = in.String().value_or("");
    } else {
      in.Skip();
    }
  });
  return id;
}

class EntryReader {
 public:
  EntryReader(json::PullReader& in, EntriesPage& page, const WantedIds& wanted)
      : in_(in), page_(page), wanted_(wanted) {}

  void Read() {
    if (!in_.AtObject()) {
      in_.Skip();
      ++page_.null_entries;
      return;
    }
    std::optional<Media> item, track;
    bool is_local = false;
    in_.Object([&](std::string_view name) {
      if (name == "item") {
        item = ReadMedia();
      } else if (name == "track") {
        track = ReadMedia();
      } else if (name == "is_local") {
        is_local = in_.True();
      } else {
        in_.Skip();
      }
    });
    Note(item ? item : track, is_local);
  }

 private:
  // A track has booleans called `track` and `episode` itself, so only objects count.
  std::optional<Media> ReadMedia() {
    if (!in_.AtObject()) {
      in_.Skip();
      return std::nullopt;
    }
    Media media;
    in_.Object([&](std::string_view name) {
      if (name == "type") {
        media.is_episode = in_.String() == "episode" || media.is_episode;
      } else if (name == "episode") {
        media.is_episode = in_.True() || media.is_episode;
      } else if (name == "is_local") {
        media.is_local = in_.True();
      } else if (name == "id" && wanted_.tracks) {
        media.id = in_.String().value_or("");
      } else if (name == "album" && wanted_.albums) {
        media.album = ReadId(in_);
      } else if (name == "artists" && wanted_.artists && in_.AtArray()) {
        media.artists.clear();
        in_.Array([&] { media.artists.push_back(ReadId(in_)); });
      } else {
        in_.Skip();
      }
    });
    return media;
  }

  void Note(const std::optional<Media>& media, bool is_local) {
    if (!media) {
      ++page_.null_entries;
    } else if (media->is_episode) {
      ++page_.episodes;
    } else if (is_local || media->is_local) {
      ++page_.local_tracks;
    } else {
      if (IsSpotifyId(media->id)) page_.tracks.push_back(media->id);
      if (IsSpotifyId(media->album)) page_.albums.push_back(media->album);
      std::copy_if(media->artists.begin(), media->artists.end(), std::back_inserter(page_.artists),
                   IsSpotifyId);
    }
  }

  json::PullReader& in_;
  EntriesPage& page_;
  const WantedIds& wanted_;
};

}  // namespace

Result<EntriesPage> ReadEntriesPage(std::string_view body, const WantedIds& wanted) {
  json::PullReader in(body);
  EntriesPage page;
  EntryReader entries(in, page, wanted);
  const bool is_object = in.AtObject();
  page.paging = ReadPaging(in, [&] { entries.Read(); });
  TARN_TRY(in.Finish());
  if (!is_object) return Error(Code::kUnprocessable, "expected an object").At("/");
  if (!page.paging.has_items) return Error(Code::kUnprocessable, "expected an array of entries").At("/items");
  if (!page.paging.total || *page.paging.total < 0) {
    return Error(Code::kUnprocessable, "expected the number of all entries").At("/total");
  }
  return page;
}

}  // namespace tarn::extract::spotify
