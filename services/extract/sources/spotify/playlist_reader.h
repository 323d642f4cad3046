#pragma once

#include <array>
#include <functional>
#include <string>

#include "services/extract/sources/spotify/api.h"
#include "services/extract/sources/spotify/playlist_page.h"

namespace tarn::extract::spotify {

/// Reads all pages of playlists, each into one raw page. Knows two endpoints: `/items`, and `/tracks`, which
/// it replaced in February 2026 but which some applications still have to use.
class PlaylistReader {
 public:
  /// `endpoint` ("items" or "tracks") is tried first.
  PlaylistReader(const Options& options, RunContext& context, Api& api, std::string endpoint)
      : options_(options),
        context_(context),
        api_(api),
        endpoint_(endpoint == "tracks" ? "tracks" : "items") {}

  /// Called after each page with the part of the playlist that is done, in [0, 1].
  using OnPage = std::function<void(double fraction)>;

  /// Adds the ids found to `albums` and `artists`. Errors: kNotFound or kPermissionDenied naming the
  /// playlist, kUnprocessable naming the page and the place in it, and those of Api::Get and PageSink.
  Status Read(const std::string& playlist, IdList& albums, IdList& artists, const OnPage& on_page);

  /// The endpoint that worked last.
  const std::string& endpoint() const { return endpoint_; }

 private:
  Result<std::string> FetchFirst(const std::string& playlist);
  Result<std::string> Fetch(const std::string& url, const std::string& playlist);
  std::string FirstPath(const std::string& playlist, const std::string& endpoint) const;

  const Options& options_;
  RunContext& context_;
  Api& api_;
  std::string endpoint_;
};

}  // namespace tarn::extract::spotify
