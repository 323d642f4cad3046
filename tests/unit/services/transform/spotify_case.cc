#include "tests/unit/services/transform/spotify_case.h"

#include <algorithm>
#include <fstream>

namespace tarn::transform {
namespace {

using nlohmann::json;

// "pl/20240501T000000Z_x/page.json" ->
// "spotify/playlist_items/playlist_id=pl/run=20240501T000000Z_x/page.json"; what begins with "spotify/" is a
// key already.
std::string KeyOf(const std::string& text) {
  if (text.starts_with("spotify/")) return text;
  const size_t last = text.rfind('/');
  const size_t run = text.rfind('/', last - 1) + 1;
  return "spotify/playlist_items/playlist_id=" + text.substr(0, run) + "run=" + text.substr(run);
}

SpotifyCase ReadCase(const json& text) {
  SpotifyCase one;
  one.name = text.at("name");
  one.pipeline = text.value("pipeline", "spotify");
  one.state = text.value("state", "succeeded");
  one.counts = text.value("counts", std::map<std::string, int64_t>());
  one.dead_letters = text.value("dead_letters", std::map<std::string, std::string>());
  for (const auto& [table, rows] : text.at("tables").items()) one.tables[table] = rows;
  for (const json& objects : text.at("runs")) {
    auto& run = one.runs.emplace_back();
    for (const auto& [key, content] : objects.items())
      run.emplace_back(KeyOf(key), content.is_string() ? content.get<std::string>() : content.dump());
  }
  return one;
}

}  // namespace

std::vector<SpotifyCase> ReadSpotifyCases(const std::filesystem::path& file) {
  std::vector<SpotifyCase> cases;
  for (const json& text : json::parse(std::ifstream(file))) cases.push_back(ReadCase(text));
  return cases;
}

std::vector<SpotifyCase> AllSpotifyCases(const std::string& pipeline) {
  std::vector<std::filesystem::path> files;
  const auto folder = std::filesystem::path(TARN_SOURCE_DIR) / "tests/unit/services/transform/spotify_cases";
  for (const auto& file : std::filesystem::directory_iterator(folder)) files.push_back(file.path());
  std::sort(files.begin(), files.end());
  std::vector<SpotifyCase> cases;
  for (const auto& file : files) {
    for (SpotifyCase& one : ReadSpotifyCases(file)) {
      if (pipeline.empty() || one.pipeline == pipeline) cases.push_back(std::move(one));
    }
  }
  return cases;
}

}  // namespace tarn::transform
