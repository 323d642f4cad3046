#include "services/query/engine/pin_pool.h"

#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/result_matchers.h"
#include "tests/unit/services/query/test_lake.h"

namespace tarn::query {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::hours kLong(1);

std::string ContentOf(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

class PinPoolTest : public testing::Test {
 protected:
  WantedFile Put(const std::string& key, const std::string& content) {
    const auto put = lake_.store().Put("transformed", key, content);
    EXPECT_THAT(put, IsOk());
    return {{"transformed", key, put->version}};
  }

  fs::path Take(const WantedFile& file) {
    const auto held = pool_.Take(std::span(&file, 1));
    EXPECT_THAT(held, IsOk());
    return held.ok() ? held->paths[0] : fs::path();
  }

  TestLake lake_;
  PinPool pool_{lake_.store(), kLong};
};

TEST_F(PinPoolTest, GivesTheSamePathForTheSameVersion) {
  const auto old = Put("a.txt", "old");
  const fs::path path = Take(old);
  EXPECT_EQ(Take(old), path);
  const auto young = Put("a.txt", "young");
  EXPECT_EQ(ContentOf(Take(young)), "young");
  EXPECT_EQ(ContentOf(Take(old)), "old");  // a statement reads one moment of several tables
}

TEST_F(PinPoolTest, RefusesAVersionThatIsGoneAndWasNotHeld) {
  const auto old = Put("a.txt", "old");
  Put("a.txt", "young");
  EXPECT_THAT(pool_.Take(std::span(&old, 1)), HasError(Code::kNotFound, "a.txt"));
}

TEST_F(PinPoolTest, PutsAFileIntoTheFolderOfEachPartitionThatItIsReadAs) {
  auto file = Put("a.txt", "x");
  file.partition = {"2026"};
  file.keys = 1;
  const fs::path one = Take(file);
  file.partition = {"2027"};
  const fs::path other = Take(file);
  EXPECT_EQ(one.parent_path().filename(), "tarn_key_0=2026");
  EXPECT_EQ(other.parent_path().filename(), "tarn_key_0=2027");
  EXPECT_TRUE(fs::exists(one));
}

TEST_F(PinPoolTest, LetsGoOfWhatNobodyAskedForButNotOfWhatSomeoneHolds) {
  const auto file = Put("a.txt", "x");
  auto held = pool_.Take(std::span(&file, 1));
  ASSERT_THAT(held, IsOk());
  const fs::path path = held->paths[0];
  pool_.DropDue(PinPool::Clock::now());
  EXPECT_EQ(pool_.size(), 1u);
  pool_.DropDue(PinPool::Clock::now() + kLong * 2);
  EXPECT_EQ(pool_.size(), 0u);
  EXPECT_TRUE(fs::exists(path));
  held->pins.clear();
  EXPECT_FALSE(fs::exists(path));
}

TEST_F(PinPoolTest, DoesNotGiveAFileThatAnotherProgramChanged) {
  const auto file = Put("a.txt", "as it was");
  const fs::path path = Take(file);
  std::ofstream(path, std::ios::app) << "and more";  // a link of the object's own file
  EXPECT_FALSE(pool_.Take(std::span(&file, 1)).ok());
  EXPECT_FALSE(fs::exists(path));
}

}  // namespace
}  // namespace tarn::query
