#include "common/pipelines/pipelines.h"

#include <condition_variable>
#include <cstdlib>
#include <fstream>
#include <mutex>

#include "tests/support/result_matchers.h"
#include "tests/support/temp_directory.h"

namespace tarn::pipelines {
namespace {

namespace fs = std::filesystem;

TEST(Pipelines, ListsFoldersSortedWithoutHiddenOnes) {
  TempDirectory root;
  for (const char* name : {"weather", "spotify", ".git"}) fs::create_directory(root / name);
  std::ofstream(root / "README.md") << "not a folder";
  const auto folders = ListPipelines(root.path());
  ASSERT_THAT(folders, IsOk());
  ASSERT_EQ(folders->size(), 2u);
  EXPECT_EQ((*folders)[0].name, "spotify");
  EXPECT_EQ((*folders)[1].name, "weather");
}

TEST(Pipelines, AMissingRootHasNone) {
  const auto folders = ListPipelines("/nonexistent/pipelines");
  ASSERT_THAT(folders, IsOk());
  EXPECT_TRUE(folders->empty());
}

TEST(Pipelines, PassesOverAFolderWithAnOddName) {
  TempDirectory root;
  fs::create_directory(root / "spotify");
  fs::create_directory(root / "My Pipeline");
  EXPECT_EQ(ListPipelines(root.path())->size(), 1u);
}

TEST(PipelineFile, MustBeUtf8AndSmall) {
  TempDirectory root;
  std::ofstream(root / "good.yaml") << "name: \xc3\xa9\xf0\x9f\x8e\xb5\n";
  EXPECT_EQ(*ReadPipelineFile(root / "good.yaml"), "name: \xc3\xa9\xf0\x9f\x8e\xb5\n");
  for (const char* bytes : {"\xff", "\xc0\xaf", "\xed\xa0\x80", "\xf5\x80\x80\x80", "a\xe2\x82"}) {
    std::ofstream(root / "bad.yaml") << bytes;
    EXPECT_THAT(ReadPipelineFile(root / "bad.yaml"), HasError(Code::kInvalidArgument, "UTF-8"));
  }
  std::ofstream(root / "large.yaml") << std::string((1 << 20) + 1, 'a');
  EXPECT_THAT(ReadPipelineFile(root / "large.yaml"), HasError(Code::kTooLarge, "1 MiB"));
  EXPECT_THAT(ReadPipelineFile(root / "none.yaml"), HasError(Code::kNotFound, "none.yaml"));
}

TEST(Environment, IsExpandedWithDefaults) {
  setenv("PIPELINES_TEST_VALUE", "v", 1);
  unsetenv("PIPELINES_TEST_UNSET");
  EXPECT_EQ(*ExpandEnvironment("a ${PIPELINES_TEST_VALUE} ${PIPELINES_TEST_UNSET:-d e} $x {y}"),
            "a v d e $x {y}");
  EXPECT_EQ(*ExpandEnvironment("open ${PIPELINES"), "open ${PIPELINES");
  EXPECT_THAT(ExpandEnvironment("${PIPELINES_TEST_UNSET}"),
              HasError(Code::kInvalidArgument, "PIPELINES_TEST_UNSET"));
  EXPECT_THAT(ExpandEnvironment("${not a name}"), HasError(Code::kInvalidArgument, "not a name"));
}

TEST(Environment, FallsBackToSecretFilesAndTellsWhatItTook) {
  TempDirectory directory;
  std::ofstream(directory / "pipelines_test_secret") << "from a file\n";
  fs::permissions(directory / "pipelines_test_secret", fs::perms(0600));
  setenv("TARN_SECRETS_DIR", directory.path().c_str(), 1);
  setenv("PIPELINES_TEST_VALUE", "v", 1);
  std::vector<secrets::Secret> taken;
  EXPECT_EQ(*ExpandEnvironment("${PIPELINES_TEST_VALUE}/${PIPELINES_TEST_SECRET}/${PIPELINES_TEST_NONE:-d}", taken),
            "v/from a file/d");
  ASSERT_EQ(taken.size(), 2u);
  EXPECT_EQ(taken[0].value, "v");
  EXPECT_EQ(taken[0].origin, secrets::Secret::Origin::kEnvironment);
  EXPECT_EQ(taken[1].name, "PIPELINES_TEST_SECRET");
  EXPECT_EQ(taken[1].value, "from a file");
  EXPECT_EQ(taken[1].origin, secrets::Secret::Origin::kFile);

  fs::permissions(directory / "pipelines_test_secret", fs::perms(0644));
  EXPECT_THAT(ExpandEnvironment("${PIPELINES_TEST_SECRET:-d}"), HasError(Code::kPermissionDenied, "chmod 600"));
  unsetenv("TARN_SECRETS_DIR");
}

TEST(Watcher, TellsOfAddedChangedAndRemovedFiles) {
  TempDirectory root;
  std::mutex mutex;
  std::condition_variable told;
  int times = 0;
  const auto watcher = Watcher::Start(root.path(), std::chrono::milliseconds(5), [&] {
    const std::lock_guard lock(mutex);
    ++times;
    told.notify_all();
  });
  const auto wait_for = [&](int expected) {
    std::unique_lock lock(mutex);
    return told.wait_for(lock, std::chrono::seconds(10), [&] { return times >= expected; });
  };
  fs::create_directory(root / "spotify");
  std::ofstream(root / "spotify" / "source.yaml") << "a";
  ASSERT_TRUE(wait_for(1));
  const int before_change = times;
  std::ofstream(root / "spotify" / "source.yaml") << "longer";
  ASSERT_TRUE(wait_for(before_change + 1));
  const int before_removal = times;
  fs::remove(root / "spotify" / "source.yaml");
  EXPECT_TRUE(wait_for(before_removal + 1));
}

}  // namespace
}  // namespace tarn::pipelines
