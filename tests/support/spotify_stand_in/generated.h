#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/result/result.h"

namespace tarn::spotify_stand_in {

/// Playlists of any size whose entries follow from their number, made when they are asked for: the same each
/// time.
struct GeneratedPlaylist {
  std::string id;
  int64_t entries = 0;
  int64_t version = 1;          ///< counts changes
  int64_t entry_bytes = 1'800;  ///< how large each entry is in a page, about

  std::string SnapshotId() const { return id + "-" + std::to_string(version); }
};

/// Reads "<id>:<number of entries>". Errors: kInvalidArgument.
Result<GeneratedPlaylist> ParseGeneratedPlaylist(const std::string& text);

/// "G" and the number in 21 digits: the id of the track of that entry.
std::string GeneratedTrackId(int64_t number);

/// A whole paging object. `member` is what holds the track: "track" or "item". `url` is what its links begin
/// with, up to the query.
std::string GeneratedPage(const GeneratedPlaylist& playlist, std::string_view member, const std::string& url,
                          int64_t offset, int64_t limit);

}  // namespace tarn::spotify_stand_in
