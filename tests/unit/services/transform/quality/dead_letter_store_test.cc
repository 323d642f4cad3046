#include "services/transform/quality/dead_letter_store.h"

#include <gtest/gtest.h>

#include "tests/support/result_matchers.h"
#include "tests/unit/services/transform/transform_rig.h"

namespace tarn::transform {
namespace {

DeadLetter Letter(const std::string& run_id, const std::string& key, const std::string& reason) {
  DeadLetter letter;
  letter.run_id = run_id;
  letter.transform = "items";
  letter.bucket = "raw";
  letter.key = key;
  letter.version = "v1";
  letter.reason = reason;
  letter.byte_offset = 12;
  return letter;
}

TEST(DeadLetterStore, RecordsTheSameObjectOfARunOnce) {
  TransformRig rig;
  ASSERT_THAT(rig.dead_letters().Record({Letter("r1", "a", "bad"), Letter("r1", "b", "bad")}), IsOk());
  ASSERT_THAT(rig.dead_letters().Record({Letter("r1", "a", "worse")}), IsOk());
  const auto letters =
      rig.dead_letters().List({.transform = "items", .run_id = "r1", .after_id = "", .limit = 10});
  ASSERT_THAT(letters, IsOk());
  ASSERT_EQ(letters->size(), 2u);
  EXPECT_EQ((*letters)[0].reason, "worse");
  EXPECT_EQ((*letters)[0].byte_offset, 12);
}

TEST(DeadLetterStore, IsRedrivenOnce) {
  TransformRig rig;
  ASSERT_THAT(rig.dead_letters().Record({Letter("r1", "a", "bad")}), IsOk());
  const std::string id = rig.dead_letters().List({}).value().at(0).id;
  EXPECT_THAT(rig.dead_letters().MarkRedriven(id, "r2"), IsOk());
  EXPECT_THAT(rig.dead_letters().MarkRedriven(id, "r3"), HasError(Code::kConflict, id));
  EXPECT_EQ(rig.dead_letters().Get(id)->redrive_run_id, "r2");
  EXPECT_THAT(rig.dead_letters().Get("nobody"), HasError(Code::kNotFound, "nobody"));
}

}  // namespace
}  // namespace tarn::transform
