#include "services/transform/preview/preview.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "services/transform/preview/slots.h"
#include "tests/support/result_matchers.h"
#include "tests/unit/services/transform/transform_rig.h"

namespace tarn::transform {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class PreviewTest : public testing::Test {
 protected:
  PreviewTest() {
    rig_.WritePipelineFile("items/transform.yaml", kItemsYaml);
    rig_.WritePipelineFile("items/models/items.sql", kItemsSql);
    rig_.Load();
    sql_check_ = *SqlCheck::Open();
  }

  Result<PreviewResult> Show(const PreviewRequest& request, PreviewOptions options = {}) {
    return Preview(rig_.store(), *sql_check_, options)
        .Run(*rig_.definitions().Get("items")->definition, request, {});
  }

  TransformRig rig_;
  std::unique_ptr<SqlCheck> sql_check_;
};

TEST_F(PreviewTest, ShowsAModelOnTheNewestObjectsAndPublishesNothing) {
  for (int second = 1; second <= 12; ++second)
    rig_.Put(ItemsKey(second),
             R"({"items":[{"id":")" + std::to_string(second) + R"(","value":"v","rank":7}]})");
  rig_.Put(ItemsKey(13), "{");
  const auto shown = Show({.target = "items"});
  ASSERT_THAT(shown, IsOk());
  EXPECT_EQ(shown->columns[2].type, "INTEGER");
  EXPECT_EQ(json::parse(shown->rows).size(), 9u);
  EXPECT_EQ(shown->objects.size(), 9u);
  EXPECT_THAT(shown->warnings, ElementsAre(HasSubstr(ItemsKey(13))));
  EXPECT_EQ(shown->models[0].rows, 9);
  EXPECT_THAT(shown->plan, HasSubstr("UNNEST"));
  EXPECT_FALSE(shown->truncated);
  EXPECT_THAT(rig_.Keys("transformed", ""), IsEmpty());
  EXPECT_THAT(*rig_.dead_letters().List({}), IsEmpty());
}

TEST_F(PreviewTest, ShowsAnOutputWithItsRules) {
  std::string yaml = kItemsYaml;
  yaml.insert(yaml.find("counts:"),
              "    quality: [{severity: quarantine, rules: 'Rules = [ IsComplete \"value\" ]'}]\n");
  rig_.WritePipelineFile("items/transform.yaml", yaml);
  rig_.Load();
  rig_.Put(ItemsKey(1), R"({"items":[{"id":"a","value":"1"},{"id":"b"}]})");
  rig_.Put(ItemsKey(2), R"({"items":[{"id":"a","value":"2"}]})");
  const auto shown = Show({.target = "items", .is_output = true});
  ASSERT_THAT(shown, IsOk());
  EXPECT_EQ(shown->rows, R"([["a","2"]])");
  ASSERT_EQ(shown->quality.size(), 1u);
  EXPECT_EQ(shown->quality[0].failed_rows, 1);
  EXPECT_THAT(shown->warnings, testing::Contains(HasSubstr("set aside")));
}

TEST_F(PreviewTest, TakesOtherSqlThroughTheSameChecks) {
  rig_.Put(ItemsKey(1), R"({"items":[]})");
  const auto changed = Show({.target = "items",
                             .sql = "SELECT 'x' AS id, 12345678901234567890 AS value, 1.50 AS rank, "
                                    "object_time AS extracted_at FROM {{ input }}"});
  ASSERT_THAT(changed, IsOk());
  EXPECT_EQ(changed->rows, R"([["x","12345678901234567890","1.50","2026-01-01 00:00:01"]])");
  for (const char* sql :
       {"SELECT", "DELETE FROM x", "SELECT * FROM {{ ref('none') }}", "SELECT {{ speed }}"}) {
    EXPECT_THAT(Show({.target = "items", .sql = sql}), HasError(Code::kInvalidArgument, "")) << sql;
  }
}

TEST_F(PreviewTest, KeepsToItsBounds) {
  rig_.Put(ItemsKey(1), R"({"items":[{"id":"a"},{"id":"b"},{"id":"c"}]})");
  const auto limited = Show({.target = "items", .limit = 2});
  ASSERT_THAT(limited, IsOk());
  EXPECT_EQ(json::parse(limited->rows).size(), 2u);
  EXPECT_TRUE(limited->truncated);
  PreviewOptions small;
  small.answer_bytes = 60;
  const auto cut = Show({.target = "items"}, small);
  ASSERT_THAT(cut, IsOk());
  EXPECT_TRUE(cut->truncated);
  EXPECT_LT(json::parse(cut->rows).size(), 3u);
  small.sample_bytes = 1;
  const auto none = Show({.target = "items"}, small);
  ASSERT_THAT(none, IsOk());
  EXPECT_THAT(none->warnings, ElementsAre(HasSubstr("left out")));
  PreviewOptions slow;
  slow.timeout = std::chrono::milliseconds(50);
  EXPECT_THAT(Show({.target = "items",
                    .sql = "SELECT count(*) AS id, '' AS value, 1 AS rank, now()::TIMESTAMP AS "
                           "extracted_at FROM {{ input }}, range(1000000) a, range(1000000) b"},
                   slow),
              HasError(Code::kDeadlineExceeded, ""));
}

TEST_F(PreviewTest, RefusesWhatIsNotThere) {
  EXPECT_THAT(Show({.target = "none"}), HasError(Code::kNotFound, ""));
  EXPECT_THAT(Show({.target = "none", .is_output = true}), HasError(Code::kNotFound, ""));
  EXPECT_THAT(Show({.target = "items", .objects = {{"raw", "other/a.json"}}}),
              HasError(Code::kInvalidArgument, ""));
  EXPECT_THAT(Show({.target = "items", .objects = {{"raw", ItemsKey(1)}}}), HasError(Code::kNotFound, ""));
}

TEST(SlotsTest, AreGivenBack) {
  Slots slots(1);
  {
    const auto slot = slots.TryTake();
    EXPECT_TRUE(slot);
    EXPECT_FALSE(slots.TryTake());
  }
  EXPECT_TRUE(slots.TryTake());
}

}  // namespace
}  // namespace tarn::transform
