#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/support/result_matchers.h"
#include "tests/unit/common/http_client/raw_server.h"
#include "tests/unit/services/extract/sources/spotify/spotify_lab.h"

namespace tarn::extract::spotify {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

const std::filesystem::path kShapes =
    std::filesystem::path(TARN_SOURCE_DIR).parent_path() / "shared/data/spotify/shapes";

std::string Read(const std::string& name) {
  std::ostringstream text;
  text << std::ifstream(kShapes / name, std::ios::binary).rdbuf();
  return text.str();
}

/// An API that answers with the recorded files alone.
class RecordedApi : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(kShapes))
      GTEST_SKIP() << "no " << kShapes << ": the recorded answers are not tried";
  }

  RawServer::Answer Answer(const std::string& head) {
    if (head.starts_with("POST")) return RawServer::Ok(200, R"({"access_token":"t","expires_in":3600})");
    for (const auto& [path, answer] : answers) {
      if (head.starts_with("GET /v1" + path)) return RawServer::Ok(answer.first, answer.second);
    }
    return RawServer::Ok(404, Read("playlist_not_found.json"));
  }

  /// Serves a recorded playlist at its own address and its entries at `endpoint`.
  std::string ServePlaylist(const std::string& file, const std::string& endpoint) {
    const auto playlist = nlohmann::json::parse(Read(file));
    const std::string id = playlist.at("id");
    answers.push_back({"/playlists/" + id + "/" + endpoint + "?", {200, playlist.at(endpoint).dump()}});
    answers.push_back({"/playlists/" + id + "?", {200, Read(file)}});
    return id;
  }

  Result<RunOutcome> Run(const nlohmann::json& options) { return RunAgainst(lab, server.Url(""), options); }

  std::vector<std::pair<std::string, std::pair<int, std::string>>> answers;
  RawServer server{[this](const auto& received) { return Answer(received.head); }};
  ConnectorLab lab;
};

TEST_F(RecordedApi, GivesItsPlaylistsInEitherShape) {
  struct Case {
    const char* file;
    const char* endpoint;
    int64_t local_tracks, episodes;
  };
  const Case cases[] = {{"playlist_1.json", "items", 0, 0},
                        {"playlist_1.json", "tracks", 0, 0},
                        {"playlist_2.json", "tracks", 1, 0},
                        {"playlist_3.json", "tracks", 0, 1}};
  for (const auto& [file, endpoint, local_tracks, episodes] : cases) {
    SCOPED_TRACE(std::string(file) + " at /" + endpoint);
    answers.clear();
    lab.state.SaveNotes("").ok();
    lab.state.StageCursor("");
    lab.state.CommitCursor();
    const std::string id = ServePlaylist(file, endpoint);
    const auto outcome = Run({{"playlists", {id}}, {"include", nlohmann::json::array()}, {"page_size", 100}});
    ASSERT_THAT(outcome, IsOk());
    EXPECT_THAT(outcome->problems, IsEmpty());
    EXPECT_TRUE(lab.pages->Finished(StreamOf(id)));
    EXPECT_EQ(lab.progress->count("local_tracks"), local_tracks);
    EXPECT_EQ(lab.progress->count("episodes"), episodes);
  }
}

TEST_F(RecordedApi, GivesAPageOfItemsAnAlbumAndAnArtist) {
  const std::string id = ServePlaylist("playlist_1.json", "items");
  answers.front().second.second = Read("playlist_items.json");
  const std::string album = nlohmann::json::parse(Read("get_album.json")).at("id");
  const std::string artist = nlohmann::json::parse(Read("artist.json")).at("id");
  answers.push_back({"/albums/" + album, {200, Read("get_album.json")}});
  answers.push_back({"/artists/" + artist, {200, Read("artist.json")}});
  const auto outcome =
      Run({{"playlists", {id}}, {"albums", {album}}, {"artists", {artist}}, {"page_size", 48}});
  ASSERT_THAT(outcome, IsOk());
  EXPECT_THAT(outcome->problems, IsEmpty());
  EXPECT_THAT(lab.pages->Content("albums/page-00000.json"), HasSubstr("SINGLARITY"));
  EXPECT_THAT(lab.pages->Content("artists/page-00000.json"), HasSubstr("Pitbull"));
}

TEST_F(RecordedApi, TellsItsOwnErrors) {
  const auto missing = Run({{"playlists", {"missing"}}});
  ASSERT_THAT(missing, IsOk());
  ASSERT_EQ(missing->problems.size(), 1u);
  EXPECT_EQ(missing->problems[0].code(), Code::kNotFound);

  answers.push_back({"/playlists/", {429, Read("rate_limit.json")}});
  EXPECT_THAT(Run({{"playlists", {"limited"}}}), HasError(Code::kUnavailable, "429"));
}

}  // namespace
}  // namespace tarn::extract::spotify
