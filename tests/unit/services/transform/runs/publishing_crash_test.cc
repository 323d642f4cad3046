#include <gtest/gtest.h>

#include "common/object_store/local_object_store.h"
#include "services/transform/runs/compactor.h"
#include "tests/support/forwarding_store.h"
#include "tests/support/result_matchers.h"
#include "tests/unit/services/transform/published_rows.h"

namespace tarn::transform {
namespace {

using nlohmann::json;
using testing::IsEmpty;
using testing::SizeIs;

struct Death {};

constexpr const char* kYaml = R"(
name: plays
input:
  {bucket: raw, prefix: plays/, suffix: .ndjson, format: ndjson,
   on_success: {move: {bucket: raw, prefix: processed/}}}
outputs:
  - {table: shop.merged, model: plays, mode: merge, key: [day, id], order_by: [value desc],
     partition_by: [day]}
  - {table: shop.appended, model: plays, mode: append, partition_by: [day], format: csv,
     compact: {min_files: 2}}
  - {table: shop.replaced, model: plays, mode: replace_partitions, partition_by: [day], format: ndjson}
)";
constexpr const char* kSql = R"(
SELECT CAST(document->>'id' AS BIGINT) AS id, document->>'day' AS day, document->>'value' AS value
FROM {{ input }})";

std::string Row(int id, const std::string& day, const std::string& value) {
  return json({{"id", id}, {"day", day}, {"value", value}}).dump() + "\n";
}

class PublishingCrash : public testing::Test {
 protected:
  // One object is published, a second is planned.
  static void Prepare(TransformRig& rig) {
    rig.WritePipelineFile("plays/transform.yaml", kYaml);
    rig.WritePipelineFile("plays/models/plays.sql", kSql);
    rig.Load();
    rig.Put("plays/first.ndjson", Row(1, "a", "1") + Row(2, "b", "2") + Row(3, "c", "1"));
    rig.PlanEvents();
    rig.CarryOutRuns();
    rig.Put("plays/last.ndjson", Row(2, "b", "3") + Row(3, "c", "0") + Row(4, "d", "1"));
    rig.PlanEvents();
  }

  // Everything that readers see, and where the raw objects are.
  static json Picture(TransformRig& rig) {
    json picture;
    for (const std::string table : {"merged", "appended", "replaced"})
      picture[table] = PublishedRows(rig.store(), "shop." + table);
    picture["raw"] = rig.Keys("raw", "");
    return picture;
  }

  static json Undisturbed() {
    TransformRig rig;
    Prepare(rig);
    rig.CarryOutRuns();
    return Picture(rig);
  }

  static void Execute(object_store::ObjectStore& store, TransformRig& rig) {
    Runner runner(store, rig.dead_letters(), {});
    const auto definition = rig.definitions().Runnable().at(0);
    const auto run = **rig.runs().TakeNext(definition->name, Now());
    (void)runner.Execute(run, *rig.runs().InputsToTake(run.id, *definition), *definition, {});
  }

  static Result<bool> Compact(object_store::ObjectStore& store, TransformRig& rig) {
    metrics::Registry metrics;
    return Compactor(store, metrics, {}).CompactOne(*rig.definitions().Runnable().at(0), {});
  }

  // Does `work` on a store whose owner dies before or after one of its calls: at step 2n before the n-th, and
  // at 2n + 1 after it, which is all but the same as before the next. True if it died.
  static bool DieAt(int calls, TransformRig& rig,
                    const std::function<void(object_store::ObjectStore&, TransformRig&)>& work) {
    int left = calls;
    const auto tick = [&left](const std::string&) {
      if (left-- == 0) throw Death();
      return Ok();
    };
    ForwardingStore store(rig.store(), tick, [&](const std::string& call) { (void)tick(call); });
    try {
      work(store, rig);
    } catch (const Death&) {
      return true;
    }
    return false;
  }

  // Does `work` on a store of its own whose commit fails at that step, and then is gone.
  static void FailAtStep(const std::string& step, int occurrence, TransformRig& rig,
                         const std::function<void(object_store::ObjectStore&, TransformRig&)>& work) {
    int left = occurrence;
    object_store::LocalStoreOptions options{rig.directory() / "lake", "transform"};
    options.fault = [&](std::string_view at) -> Status {
      if (at != step || left-- > 0) return Ok();
      return Error(Code::kInternal, "the disk broke");
    };
    const auto store = *object_store::OpenLocalStore(options);
    work(*store, rig);
  }

  static void EndsAs(const json& expected, TransformRig& rig, const std::string& where) {
    rig.Reopen();
    rig.CarryOutRuns();
    EXPECT_EQ(Picture(rig), expected) << where;
    rig.PlanEvents();
    EXPECT_THAT(rig.CarryOutRuns(), IsEmpty()) << where;
  }
};

TEST_F(PublishingCrash, LeavesPartitionsAndMovesAsIfNothingHadHappened) {
  const json expected = Undisturbed();
  EXPECT_THAT(expected["merged"], SizeIs(4));
  EXPECT_THAT(expected["appended"], SizeIs(6));
  EXPECT_THAT(expected["raw"], SizeIs(2));
  bool died = true;
  int calls = 0;
  for (; died; calls += calls == 0 ? 1 : 2) {
    TransformRig rig;
    Prepare(rig);
    died = DieAt(calls, rig, Execute);
    EndsAs(expected, rig, "died at call " + std::to_string(calls));
  }
  EXPECT_GT(calls, 20);
}

TEST_F(PublishingCrash, AtEachStepOfTheCommitChangesNothing) {
  const json expected = Undisturbed();
  for (const std::string step : {"staged", "before_record", "recorded", "before_move"}) {
    for (const int occurrence : {0, 3}) {
      if (occurrence > 0 && step != "before_move") continue;
      TransformRig rig;
      Prepare(rig);
      FailAtStep(step, occurrence, rig, Execute);
      EndsAs(expected, rig, step);
    }
  }
}

TEST_F(PublishingCrash, OfACompactionChangesNoRow) {
  const json expected = Undisturbed();
  const auto compact = [](object_store::ObjectStore& store, TransformRig& rig) {
    rig.CarryOutRuns();
    (void)Compact(store, rig);
  };
  const auto finish = [&](TransformRig& rig, const std::string& where) {
    EndsAs(expected, rig, where);
    for (int i = 0; i < 10; ++i) {
      if (!*Compact(rig.store(), rig)) break;
    }
    EXPECT_EQ(Picture(rig), expected) << where;
    EXPECT_THAT(PublishedKeys(rig.store(), "shop/appended/"), SizeIs(4)) << where;
  };
  bool died = true;
  int calls = 0;
  for (; died; calls += calls == 0 ? 1 : 2) {
    TransformRig rig;
    Prepare(rig);
    died = DieAt(calls, rig, compact);
    finish(rig, "died at call " + std::to_string(calls));
  }
  EXPECT_GT(calls, 10);
  for (const std::string step : {"staged", "before_record", "recorded", "before_move"}) {
    TransformRig rig;
    Prepare(rig);
    FailAtStep(step, 0, rig, compact);
    finish(rig, step);
  }
}

}  // namespace
}  // namespace tarn::transform
