#pragma once

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

namespace tarn::transform {

/// One case of the Spotify pipeline: what comes in and what the tables then hold. The files of spotify_cases/
/// hold lists of them:
///
///     {"name": "a null track gives no row",
///      "runs": [{"pl/20240501T000000Z_x/page-00000.json": {"items": [...]}}],
///      "tables": {"spotify.songs": [{"song_id": "s1"}]},
///      "counts": {"null_entries": 1}, "state": "succeeded", "dead_letters": {"page-00000.json": "byte 0"},
///      "pipeline": "spotify"}
///
/// Each of `runs` is one run over its objects. Rows list the columns that matter; all rows must be there.
/// Counts are those of the last run; a text instead of a document is the object's content as it stands.
struct SpotifyCase {
  std::string name;
  std::string pipeline;
  std::vector<std::vector<std::pair<std::string, std::string>>> runs;  ///< keys and contents
  std::map<std::string, nlohmann::json> tables;
  std::map<std::string, int64_t> counts;
  std::map<std::string, std::string> dead_letters;  ///< by the key's last segment: a part of the reason
  std::string state;
};

/// Lets GoogleTest call a case by its name.
inline void PrintTo(const SpotifyCase& one, std::ostream* out) { *out << one.name; }

/// The cases of one file. Throws if it is not as described.
std::vector<SpotifyCase> ReadSpotifyCases(const std::filesystem::path& file);

/// The cases of all files, or only those of one pipeline.
std::vector<SpotifyCase> AllSpotifyCases(const std::string& pipeline = "");

}  // namespace tarn::transform
