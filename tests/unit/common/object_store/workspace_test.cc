#include "common/object_store/workspace.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include "common/object_store/local_object_store.h"
#include "tests/support/result_matchers.h"
#include "tests/support/temp_directory.h"

namespace tarn::object_store {
namespace {

namespace fs = std::filesystem;

class Workspaces : public testing::Test {
 protected:
  auto Count() const { return std::distance(fs::directory_iterator(lake_ / ".tarn/workspaces"), {}); }

  TempDirectory directory_;
  const fs::path lake_ = directory_ / "lake";
};

TEST_F(Workspaces, GoWithTheirStore) {
  auto store = OpenLocalStore({lake_, "a"});
  ASSERT_THAT(store, IsOk());
  EXPECT_EQ(Count(), 1);
  store->reset();
  EXPECT_EQ(Count(), 0);
}

TEST_F(Workspaces, OfTheDeadAreSweptAndThoseOfTheLivingAreNot) {
  const auto living = OpenLocalStore({lake_, "a"});
  const auto scratch = (*living)->ScratchDirectory();
  std::ofstream(**scratch / "work") << "in progress";
  const fs::path dead = lake_ / ".tarn/workspaces/01dead";
  fs::create_directories(dead / "staging");
  std::ofstream(dead / "staging/half") << "written";
  std::ofstream(dead / "lock") << "";
  fs::create_directories(lake_ / ".tarn/workspaces/01halfmade");
  const auto opened = OpenLocalStore({lake_, "b"});
  ASSERT_THAT(opened, IsOk());
  EXPECT_EQ(Count(), 2);
  EXPECT_TRUE(fs::exists(**scratch / "work"));
}

TEST_F(Workspaces, LastAsLongAsAnythingInThem) {
  auto store = OpenLocalStore({lake_, "a"});
  auto scratch = (*store)->ScratchDirectory();
  store->reset();
  EXPECT_TRUE(fs::is_directory(**scratch));
  EXPECT_THAT(OpenLocalStore({lake_, "b"}), IsOk());
  EXPECT_TRUE(fs::is_directory(**scratch)) << "nobody sweeps it while it is in use";
  scratch->reset();
  EXPECT_EQ(Count(), 0);
}

TEST_F(Workspaces, DropContentThatIsNotCommitted) {
  const auto store = OpenLocalStore({lake_, "a"});
  {
    auto writer = (*store)->Stage();
    ASSERT_THAT((*writer)->Write("never finished"), IsOk());
    auto other = (*store)->Stage();
    ASSERT_THAT((*other)->Finish(), IsOk());
  }
  for (const auto& entry : fs::directory_iterator(lake_ / ".tarn/workspaces")) {
    EXPECT_TRUE(fs::is_empty(entry.path() / "staging"));
  }
}

TEST(LocalStore, CannotBeOpenedWhereAFileIs) {
  const TempDirectory directory;
  std::ofstream(directory / "lake") << "a file";
  EXPECT_THAT(OpenLocalStore({directory / "lake", "a"}), HasError(Code::kUnavailable, "lake"));
}

TEST(LocalStore, KeepsItsInternalsToItsOwner) {
  const TempDirectory directory;
  const auto store = OpenLocalStore({directory / "lake", "a"});
  ASSERT_THAT(store, IsOk());
  EXPECT_EQ(fs::status(directory / "lake/.tarn").permissions(), fs::perms::owner_all);
}

}  // namespace
}  // namespace tarn::object_store
