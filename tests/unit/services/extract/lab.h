#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "services/extract/runs/runner.h"
#include "tests/support/spotify_stand_in/stand_in.h"
#include "tests/support/temp_directory.h"

namespace tarn::extract {

/// The name `Run` means another thing within a test.
using ExtractRun = Run;

/// Everything that runs need, on a temporary directory: real stores, real HTTP.
class Lab {
 public:
  explicit Lab(RunnerOptions options = QuickRetries());

  /// Retries without long waits; a Retry-After over 2 s is too long.
  static RunnerOptions QuickRetries();

  /// Writes <pipelines>/<name>/source.yaml and loads it.
  void WriteSource(const std::string& name, const std::string& yaml);
  /// A source of the connector spotify on the stand-in. `more` are further lines of options.
  void WriteSpotifySource(const spotify_stand_in::StandIn& stand_in, const std::string& more = "",
                          const std::string& name = "spotify");

  /// Starts a run and waits until it has ended.
  Run RunToEnd(const nlohmann::json& overrides, const std::string& source = "spotify");
  Run RunToEnd() { return RunSource("spotify"); }
  Run RunSource(const std::string& source);
  /// Waits until the run is in a state that satisfies `condition`; throws after 30 s.
  Run Await(const std::string& id, const std::function<bool(const Run&)>& condition);
  Run AwaitEnd(const std::string& id);

  /// Closes everything and opens it again on the same files, as a restart does.
  void Restart();

  /// The content of every object in `raw` by key, without "run=<time>_<id>/".
  std::map<std::string, std::string> RawObjects() const;

  TempDirectory home;
  RunnerOptions options;
  std::unique_ptr<sqlite::Database> database;
  std::unique_ptr<object_store::ObjectStore> objects;
  std::unique_ptr<RunStore> runs;
  http_client::HttpClient http;
  metrics::Registry metrics;
  SourceCatalog sources;
  SourceGovernors governors;
  std::unique_ptr<Runner> runner;

 private:
  void Open();
};

/// The shipped playlists, served.
std::unique_ptr<spotify_stand_in::StandIn> StartStandIn(spotify_stand_in::Options options = {});

inline const std::string kTopSongs = "37i9dQZEVXbMDoHDwVN2tF";   ///< 60 entries
inline const std::string kLateNight = "TarnLateNight000000001";  ///< 52 entries
inline const std::string kOddities = "TarnOddities0000000001";   ///< 6 entries

}  // namespace tarn::extract
