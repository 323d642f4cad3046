#include "services/extract/sources/files/directory_place.h"

#include <gtest/gtest.h>

#include "services/extract/sources/client/source_client.h"
#include "tests/unit/services/extract/sources/files/run_lab.h"

namespace tarn::extract::files {
namespace {

TEST(DirectoryPlace, PutsOffAFileThatChangedSinceItWasListed) {
  ConnectorLab lab;
  const TempDirectory& home = lab.home;
  SourceClient client(lab.http, nullptr, lab.retry, *lab.progress, {});
  RunContext context{
      client,           *lab.pages, lab.state, *lab.progress, std::nullopt, Now() + std::chrono::hours(1),
      home / "scratch", {}};
  Options options;
  options.directory = home / "in";
  WriteFile(home / "in/a", "1");
  WriteFile(home / "in/b", "1");
  WriteFile(home / "in/c", "1");
  std::filesystem::create_directories(context.scratch);

  DirectoryPlace place(options, context);
  const auto listing = place.List();
  ASSERT_THAT(listing, IsOk());
  ASSERT_EQ(listing->files.size(), 3u);
  WriteFile(home / "in/a", "12");
  std::filesystem::remove(home / "in/b");
  std::filesystem::create_symlink("c", home / "in/b");
  const Fetched::State expected[] = {Fetched::State::kChanging, Fetched::State::kChanging,
                                     Fetched::State::kComplete};
  for (size_t i = 0; i < 3; ++i) {
    PartialFile into(context.scratch, listing->files[i].id);
    const auto fetched = place.Fetch(listing->files[i], nullptr, into);
    ASSERT_THAT(fetched, IsOk());
    EXPECT_EQ(fetched->state, expected[i]) << i;
  }
}

TEST(IsHiddenOrTemporary, KnowsTheUsualNames) {
  for (const char* name : {".x", "~$x", "x~", "x.tmp", "x.part", "x.csv.swp", "_temporary", "x._COPYING_"}) {
    EXPECT_TRUE(IsHiddenOrTemporary(name)) << name;
  }
  for (const char* name : {"x", "x.csv", "template.csv", "tmp", "_SUCCESS"})
    EXPECT_FALSE(IsHiddenOrTemporary(name)) << name;
}

}  // namespace
}  // namespace tarn::extract::files
