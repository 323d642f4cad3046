#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "common/result/result.h"
#include "tests/support/spotify_stand_in/generated.h"

namespace tarn::spotify_stand_in {

/// How entries of a playlist look: with `track`, with `item` (since February 2026), or with both side by
/// side.
enum class Shape { kTracks, kItems, kBoth };
Result<Shape> ParseShape(const std::string& text);

/// The playlists of a folder, each file one whole response of `GET /v1/playlists/{id}`, and the albums and
/// artists of their tracks. A folder may hold several snapshots of one playlist; the first by file name is
/// served until another is chosen. Thread-safe.
class Music {
 public:
  /// Errors: kInvalidArgument naming the file that is no playlist.
  static Result<std::unique_ptr<Music>> Load(const std::filesystem::path& folder);
  ~Music();

  std::vector<std::string> PlaylistIds() const;

  /// Adds a generated playlist, or changes one: it then has another snapshot id.
  void SetGenerated(GeneratedPlaylist playlist);
  std::optional<GeneratedPlaylist> Generated(const std::string& playlist) const;

  /// Serves the snapshot of that file name for its playlist. Errors: kNotFound.
  Status ChooseSnapshot(const std::string& file_name);

  /// A paging object of the playlist's entries, with links below `api_url`. Nothing if there is no such
  /// playlist.
  std::optional<nlohmann::json> Page(const std::string& playlist, const std::string& endpoint, Shape shape,
                                     const std::string& api_url, int64_t offset, int64_t limit) const;

  /// What there is of a playlist besides its entries.
  std::optional<nlohmann::json> PlaylistState(const std::string& playlist) const;

  /// The whole playlist with its first 100 entries.
  std::optional<nlohmann::json> Playlist(const std::string& playlist, Shape shape,
                                         const std::string& api_url) const;

  /// Null if there is none of that id. `kind` is "tracks", "albums" or "artists".
  nlohmann::json Thing(const std::string& kind, const std::string& id) const;

  /// Those of the files' entries whose names hold `query`, in the order of their ids.
  std::vector<nlohmann::json> Search(const std::string& kind, const std::string& query) const;

 private:
  struct State;
  explicit Music(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace tarn::spotify_stand_in
