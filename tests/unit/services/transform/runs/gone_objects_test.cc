#include "services/transform/runs/gone_objects.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "common/object_store/versioned_store.h"
#include "services/transform/lineage/lineage_store.h"
#include "services/transform/runs/bookmark_store.h"
#include "tests/support/result_matchers.h"
#include "tests/unit/services/transform/runs/planned_pipelines.h"

namespace tarn::transform {
namespace {

using object_store::ObjectVersion;
using std::chrono::hours;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class GoneObjectsTest : public testing::Test {
 protected:
  object_store::VersionedStore& versions() {
    return dynamic_cast<object_store::VersionedStore&>(rig_.store());
  }

  // A whole walk, as of an hour from now.
  void Walk(Timestamp cutoff = Now() + hours(1)) {
    GoneObjects gone(rig_.database(), [this](const ObjectVersion& object) -> Result<bool> {
      ++looks_;
      const auto found = versions().HeadVersion(object.bucket, object.key, object.version);
      if (!found.ok() && found.error().code() != Code::kNotFound) return found.error();
      return found.ok();
    });
    for (bool more = true; more;) {
      const auto stepped = gone.Step(cutoff);
      ASSERT_THAT(stepped, IsOk());
      more = *stepped;
    }
  }

  std::vector<std::string> Bookmarked() {
    auto select = rig_.database().Prepare("SELECT key FROM bookmarks ORDER BY key");
    std::vector<std::string> keys;
    while (*select->Step()) keys.push_back(select->Text(0));
    return keys;
  }

  std::map<InputState, int64_t> Counts() { return *BookmarkStore(rig_.database()).Counts("items", 0); }

  void Process(int number) {
    rig_.Put(ItemsKey(number), PageWith("a"));
    rig_.PlanEvents();
    rig_.CarryOutRuns();
  }

  TransformRig rig_;
  int looks_ = 0;
};

TEST_F(GoneObjectsTest, AreForgottenWhenTheyAreOldAndWhatIsThereIsNot) {
  AddAppending(rig_, "items");
  for (int i = 1; i <= 3; ++i) Process(i);
  ASSERT_THAT(rig_.store().Delete("raw", ItemsKey(2)), IsOk());
  Walk(Now() - hours(1));
  EXPECT_THAT(Bookmarked(), SizeIs(3));
  EXPECT_EQ(looks_, 0);
  Walk();
  EXPECT_THAT(Bookmarked(), ElementsAre(ItemsKey(1), ItemsKey(3)));
  EXPECT_EQ(Counts().at(InputState::kPublished), 3);
}

TEST_F(GoneObjectsTest, AreNotProcessedAgainWhenTheLogIsReadFromItsBegin) {
  AddAppending(rig_, "items");
  for (int i = 1; i <= 3; ++i) Process(i);
  ASSERT_THAT(rig_.store().Delete("raw", ItemsKey(2)), IsOk());
  Walk();
  ASSERT_THAT(rig_.runs().SetCursor("items", 0), IsOk());
  ASSERT_THAT(rig_.planner().CatchUp(), IsOk());
  const auto runs = rig_.CarryOutRuns();
  ASSERT_THAT(runs, SizeIs(1));
  EXPECT_THAT(runs[0].report.inputs, ElementsAre(InputState::kSkipped));
  EXPECT_THAT(rig_.Rows("shop.items"), SizeIs(3));
}

TEST_F(GoneObjectsTest, AreNoVersionsThatMayComeBack) {
  AddAppending(rig_, "items");
  ASSERT_THAT(versions().SetVersioning("raw", object_store::Versioning::kEnabled), IsOk());
  Process(1);
  ASSERT_THAT(rig_.store().Delete("raw", ItemsKey(1)), IsOk());
  Walk();
  EXPECT_THAT(Bookmarked(), ElementsAre(ItemsKey(1)));
  const auto marker = *versions().LatestVersion("raw", ItemsKey(1));
  ASSERT_TRUE(marker->delete_marker);
  ASSERT_THAT(versions().DeleteVersion("raw", ItemsKey(1), marker->version, "delete"), IsOk());
  ASSERT_THAT(rig_.planner().PlanPrefix("items", "items/"), IsOk());
  EXPECT_EQ(rig_.CarryOutRuns().at(0).state, RunState::kUnchanged);
  EXPECT_THAT(rig_.Rows("shop.items"), SizeIs(1));
}

TEST_F(GoneObjectsTest, AreKeptWhileARunIsToTakeThem) {
  AddAppending(rig_, "items");
  rig_.Put(ItemsKey(1), PageWith("a"));
  rig_.PlanEvents();
  ASSERT_THAT(rig_.store().Delete("raw", ItemsKey(1)), IsOk());
  Walk();
  EXPECT_THAT(Bookmarked(), SizeIs(1));
  EXPECT_EQ(rig_.CarryOutRuns().at(0).state, RunState::kUnchanged);
  EXPECT_EQ(Counts().at(InputState::kSkipped), 1);
}

TEST_F(GoneObjectsTest, AreFoundInSteps) {
  std::vector<RunInput> inputs;
  for (int i = 0; i < 2'500; ++i)
    inputs.push_back({"raw", "key" + std::to_string(i), "v", 1, Now(), InputState::kPlanned});
  ASSERT_THAT(rig_.runs().Transact([&]() -> Status {
    BookmarkStore bookmarks(rig_.database());
    for (const RunInput& input : inputs) TARN_TRY(bookmarks.Note("t", 0, input, InputState::kPublished, "r"));
    return Ok();
  }),
              IsOk());
  GoneObjects gone(rig_.database(), [](const ObjectVersion&) { return false; });
  EXPECT_TRUE(*gone.Step(Now() + hours(1)));
  EXPECT_THAT(Bookmarked(), SizeIs(1'500));
  Walk();
  EXPECT_THAT(Bookmarked(), IsEmpty());
}

TEST_F(GoneObjectsTest, OfCompactionsGoWithAllThatIsKnownOfThem) {
  LineageStore lineage(rig_.database());
  const auto compact = [&](const std::string& key, std::vector<ObjectVersion> from) {
    MadeObject made{"shop.items", "", key, "", {}, 9, Descent::kCompacted, std::move(from)};
    EXPECT_THAT(lineage.RecordCompaction(made, Now()), IsOk());
    made.version = rig_.Put(key, "rows", "transformed").version;
    EXPECT_THAT(lineage.RecordCompaction(made, Now()), IsOk());
    return ObjectVersion{"transformed", key, made.version};
  };
  const auto first = compact("shop/items/a", {{"transformed", "shop/items/small", "v"}});
  const auto second = compact("shop/items/b", {first});
  const auto third = compact("shop/items/c", {{"transformed", "shop/items/small2", "v"}});
  ASSERT_THAT(rig_.store().Delete("transformed", first.key), IsOk());
  Walk(Now() - hours(1));
  EXPECT_THAT(*lineage.Earlier(first, 10), SizeIs(1));
  Walk();
  EXPECT_THAT(*lineage.Earlier(first, 10), IsEmpty());
  EXPECT_FALSE(lineage.Made(first)->has_value());
  EXPECT_THAT(*lineage.Earlier(second, 10), IsEmpty());
  EXPECT_TRUE(lineage.Made(second)->has_value());
  // That the small file's run is forgotten is what "not known" looks like.
  EXPECT_THAT(*lineage.Earlier(third, 10), IsEmpty());
}

}  // namespace
}  // namespace tarn::transform
