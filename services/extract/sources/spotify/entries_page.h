#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/result/result.h"
#include "services/extract/sources/spotify/paging.h"

namespace tarn::extract::spotify {

/// Which ids of the entries' tracks a run is interested in.
struct WantedIds {
  bool tracks = false;
  bool albums = false;
  bool artists = false;
};

/// What a run needs to know of one page of entries, of a playlist or of the tracks that a user saved.
struct EntriesPage {
  Paging paging;
  int64_t null_entries = 0;
  int64_t local_tracks = 0;
  int64_t episodes = 0;
  std::vector<std::string> tracks;  ///< ids, as they come
  std::vector<std::string> albums;
  std::vector<std::string> artists;
};

/// Reads a page of either shape (`track`, or `item` since February 2026). Null entries, local tracks and
/// episodes are counted only. The spans in it point into `body`. Errors: kUnprocessable with where() = "byte
/// <offset>" for malformed JSON, or a JSON pointer.
Result<EntriesPage> ReadEntriesPage(std::string_view body, const WantedIds& wanted);

}  // namespace tarn::extract::spotify
