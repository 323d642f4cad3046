#include "services/extract/sources/source_catalog.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/support/result_matchers.h"
#include "tests/support/temp_directory.h"

namespace tarn::extract {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* kGood =
    "connector: spotify\n"
    "schedule: {every: 1h}\n"
    "options: {client_id: my-client, client_secret: top-secret, playlists: [abc]}\n";

class SourceCatalogTest : public testing::Test {
 protected:
  void Write(const std::string& name, const std::string& text) {
    std::filesystem::create_directories(folder / name);
    std::ofstream(folder / name / "source.yaml") << text;
    catalog.Reload();
  }

  TempDirectory folder;
  SourceCatalog catalog{folder.path()};
};

TEST_F(SourceCatalogTest, ListsSourcesByName) {
  Write("zebra", kGood);
  Write("apple", kGood);
  std::filesystem::create_directories(folder / "no_source");
  catalog.Reload();
  const auto sources = catalog.List();
  ASSERT_EQ(sources.size(), 2u);
  EXPECT_EQ(sources[0].name, "apple");
  EXPECT_EQ(sources[1].file, "zebra/source.yaml");
  EXPECT_THAT(catalog.Get("no_source"), HasError(Code::kNotFound, "no_source"));
}

TEST_F(SourceCatalogTest, KeepsTheLastGoodDefinitionOfABrokenFile) {
  Write("spotify", kGood);
  for (const char* broken :
       {"connector: [", "connector: nonesuch", "connector: spotify\noptions: {playlistz: [a]}"}) {
    Write("spotify", broken);
    const auto source = catalog.Get("spotify");
    ASSERT_THAT(source, IsOk());
    EXPECT_TRUE(source->error.has_value()) << broken;
    ASSERT_TRUE(source->definition) << broken;
    EXPECT_EQ(source->definition->schedule->expression, "1h");
    EXPECT_THAT(MakeConnector(*source, nlohmann::json::object()), IsOk());
  }
  Write("spotify", kGood);
  EXPECT_FALSE(catalog.Get("spotify")->error.has_value());
}

TEST_F(SourceCatalogTest, ForgetsASourceWhoseFileIsRemoved) {
  Write("spotify", kGood);
  std::filesystem::remove(folder / "spotify" / "source.yaml");
  catalog.Reload();
  EXPECT_THAT(catalog.Get("spotify"), HasError(Code::kNotFound, "spotify"));
}

TEST_F(SourceCatalogTest, NamesAnUnknownOptionByItsPath) {
  Write("spotify",
        "connector: spotify\noptions: {client_id: a, client_secret: b, playlists: [x], pagesize: 3}");
  const auto source = catalog.Get("spotify");
  ASSERT_TRUE(source->error.has_value());
  EXPECT_EQ(source->error->where(), "/options/pagesize");
  EXPECT_THAT(CheckOverrides(*source, nlohmann::json::object()), HasError(Code::kConflict, "spotify"));
}

TEST_F(SourceCatalogTest, ShowsMissingCredentialsAndFailsRunsWithTheSameWords) {
  unsetenv("TARN_TEST_NO_SUCH_ID");
  Write("spotify",
        "connector: spotify\noptions: {client_id: '${TARN_TEST_NO_SUCH_ID}', client_secret: b, playlists: "
        "[x]}");
  const auto source = catalog.Get("spotify");
  ASSERT_TRUE(source->error.has_value());
  EXPECT_THAT(source->error->message(), HasSubstr("TARN_TEST_NO_SUCH_ID"));
  EXPECT_THAT(CheckOverrides(*source, nlohmann::json::object()), IsOk());
  EXPECT_THAT(MakeConnector(*source, nlohmann::json::object()),
              HasError(Code::kUnprocessable, "TARN_TEST_NO_SUCH_ID"));
}

TEST_F(SourceCatalogTest, NeverShowsSecrets) {
  Write("spotify", kGood);
  const std::string shown = ToJson(*catalog.Get("spotify")).dump();
  EXPECT_THAT(shown, Not(HasSubstr("top-secret")));
  EXPECT_THAT(shown, Not(HasSubstr("my-client")));
  EXPECT_THAT(shown, HasSubstr("***"));
  EXPECT_THAT(shown, HasSubstr("\"every\":\"1h\""));
}

TEST_F(SourceCatalogTest, ChecksTheOptionsOfOneRun) {
  Write("spotify", kGood);
  const Source source = *catalog.Get("spotify");
  EXPECT_THAT(CheckOverrides(source, {{"playlists", {"abc", "def"}}, {"page_size", 10}}), IsOk());
  struct Case {
    nlohmann::json overrides;
    const char* where;
  };
  const Case cases[] = {
      {nlohmann::json::array(), "/"},
      {{{"playlistz", {"a"}}}, "/playlistz"},
      {{{"client_secret", "x"}}, "/client_secret"},
      {{{"base_url", "http://evil.example"}}, "/base_url"},
      {{{"playlists", "abc"}}, "/playlists"},
      {{{"playlists", {"a/b"}}}, "/playlists"},
      {{{"playlists", {1}}}, "/playlists/0"},
      {{{"playlists", nullptr}}, "/playlists"},
      {{{"playlists", nlohmann::json::array()}}, "/playlists"},
      {{{"page_size", 0}}, "/page_size"},
  };
  for (const auto& [overrides, where] : cases) {
    const auto status = CheckOverrides(source, overrides);
    ASSERT_FALSE(status.ok()) << overrides;
    EXPECT_EQ(status.error().code(), Code::kInvalidArgument) << overrides;
    EXPECT_EQ(status.error().where(), where) << overrides;
  }
}

}  // namespace
}  // namespace tarn::extract
