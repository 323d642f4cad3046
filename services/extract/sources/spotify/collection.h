#pragma once

#include <memory>
#include <string>

#include "services/extract/sources/spotify/api.h"
#include "services/extract/sources/spotify/notes.h"

namespace tarn::extract::spotify {

/// A list of entries that is read page by page and has a version: the entries of a playlist, the tracks that
/// a user saved. The methods that fetch are thread-safe.
class Collection {
 public:
  virtual ~Collection() = default;

  virtual std::string stream() const = 0;
  /// As messages call it: "playlist abc".
  virtual std::string what() const = 0;
  /// The name of the raw page that keeps its state.
  virtual std::string state_name() const = 0;
  virtual std::string StatePath() const = 0;
  virtual std::string PagePath(int64_t limit, int64_t offset) const = 0;

  /// Asks for its state as it is now. Errors: kNotFound or kPermissionDenied naming it, and those of
  /// Api::Get.
  virtual Result<std::string> FetchState() = 0;
  /// What the state says of the version: another one whenever the list has changed; empty if nothing. Errors:
  /// kUnprocessable with where() = "byte <offset>".
  virtual Result<std::string> VersionIn(const std::string& state) const = 0;
  /// Errors: as FetchState.
  virtual Result<std::string> FetchPage(int64_t limit, int64_t offset) = 0;
};

/// Knows two endpoints: `/items`, and `/tracks`, which it replaced in February 2026 but which some
/// applications still have to use. `id` must satisfy IsSpotifyId.
std::unique_ptr<Collection> MakePlaylist(const std::string& id, const Options& options, Api& api,
                                         Notes& notes);

std::unique_ptr<Collection> MakeSavedTracks(const Options& options, Api& api);

}  // namespace tarn::extract::spotify
