#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "common/result/result.h"

namespace tarn::extract::spotify {

/// Ids in the order they were first seen.
class IdList {
 public:
  void Add(const std::string& id) {
    if (seen_.insert(id).second) ids_.push_back(id);
  }
  const std::vector<std::string>& ids() const { return ids_; }

 private:
  std::vector<std::string> ids_;
  std::unordered_set<std::string> seen_;
};

/// What a run needs to know of one page of a playlist.
struct PlaylistPage {
  int64_t records = 0;
  int64_t total = 0;  ///< of the whole playlist, 0 if unknown
  std::string next;   ///< the URL of the next page, empty on the last
  int64_t null_entries = 0;
  int64_t local_tracks = 0;
  int64_t episodes = 0;
};

/// Reads a page of either shape (`track`, or `item` since February 2026) and adds the album and artist ids of
/// its tracks. Null entries, local tracks and episodes are counted only. Errors: kUnprocessable with where()
/// = "byte <offset>" for malformed JSON, or a JSON pointer.
Result<PlaylistPage> ReadPlaylistPage(std::string_view body, IdList& albums, IdList& artists);

}  // namespace tarn::extract::spotify
