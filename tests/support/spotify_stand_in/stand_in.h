#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "common/http/server.h"
#include "common/metrics/registry.h"
#include "common/result/result.h"
#include "tests/support/spotify_stand_in/chaos.h"
#include "tests/support/spotify_stand_in/faults.h"
#include "tests/support/spotify_stand_in/library.h"
#include "tests/support/spotify_stand_in/music.h"
#include "tests/support/spotify_stand_in/request_log.h"
#include "tests/support/spotify_stand_in/tokens.h"

namespace tarn::spotify_stand_in {

struct Options {
  std::filesystem::path data{};
  std::string address = "127.0.0.1";
  uint16_t port = 0;
  Shape shape = Shape::kTracks;  ///< kTracks: /items is 404; kItems: /tracks is 403; kBoth: both answer
  bool batches = true;           ///< false: /tracks?ids=, /albums?ids= and /artists?ids= are 403
  /// As for an application in development mode since February 2026: shape kItems, no batches, searches of 10
  /// results a page, and the items of a playlist only for its owner, who is the user of the refresh token.
  bool development_mode = false;
  std::string user = "tarn";                   ///< the id of the user
  std::vector<GeneratedPlaylist> generated{};  ///< at /items whatever the shape, and at /tracks
  std::chrono::milliseconds latency{0};        ///< of every answer of the API
  ChaosOptions chaos{};
  Tokens::Options tokens{};
};

/// Behaves like the part of Spotify's Web API that extraction uses, on playlists of a folder, and can be told
/// to misbehave. README.md lists its routes. Serves until destroyed.
class StandIn {
 public:
  static Result<std::unique_ptr<StandIn>> Start(const Options& options);
  ~StandIn();

  uint16_t port() const { return server_->port(); }
  std::string api_url() const { return "http://127.0.0.1:" + std::to_string(port()) + "/v1"; }
  std::string token_url() const { return "http://127.0.0.1:" + std::to_string(port()) + "/api/token"; }

  Faults& faults() { return faults_; }
  Tokens& tokens() { return tokens_; }
  Music& music() { return *music_; }
  Library& library() { return library_; }
  const Chaos& chaos() const { return chaos_; }

  /// Path and query of every request to the API so far, whatever was answered.
  std::vector<std::string> requests() const { return log_.targets(); }

 private:
  StandIn(const Options& options, std::unique_ptr<Music> music);

  http::Router MakeRouter();
  void AddControlRoutes(http::Router& router);
  void AddApiRoutes(http::Router& router);
  void AddApiRoute(http::Router& router, const std::string& pattern, http::Handler handler);

  Result<http::Response> Token(http::Request& request);
  Result<http::Response> Playlist(http::Request& request);
  Result<http::Response> Page(http::Request& request, const std::string& endpoint);
  Result<http::Response> Batch(http::Request& request, const std::string& kind, size_t max_ids);
  Result<http::Response> Single(http::Request& request, const std::string& kind);
  Result<http::Response> Search(http::Request& request);
  Result<http::Response> SavedTracks(http::Request& request);
  Result<http::Response> RecentlyPlayed(http::Request& request);
  /// Applies latency, faults and the token check around `handler`.
  Result<http::Response> Guard(http::Request& request, const http::Handler& handler);
  bool GivesItems(http::Request& request, const std::string& playlist) const;

  const Options options_;
  std::unique_ptr<Music> music_;
  Tokens tokens_;
  Faults faults_;
  Library library_;
  Chaos chaos_;
  RequestLog log_;
  metrics::Registry metrics_;
  std::unique_ptr<http::Server> server_;
};

}  // namespace tarn::spotify_stand_in
