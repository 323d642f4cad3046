#include "services/transform/preview/test_runner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "services/transform/preview/test_command.h"
#include "tests/support/result_matchers.h"
#include "tests/unit/services/transform/transform_rig.h"

namespace tarn::transform {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kGiven = R"(    given:
      input:
        - {object_key: "items/run=20260101T000001Z_x/a.json", document: {items: [{id: a, value: "1", rank: 1}]}}
        - {object_key: "items/run=20260101T000002Z_x/a.json", document: {items: [{id: a, value: "2"}, {id: b}]}}
)";

class ModelTests : public testing::Test {
 protected:
  const Definition& Load(const std::string& tests, const std::string& sql = kItemsSql,
                         const std::string& yaml = kItemsYaml) {
    rig_.WritePipelineFile("items/transform.yaml", yaml + "tests:\n" + tests);
    rig_.WritePipelineFile("items/models/items.sql", sql);
    rig_.Load();
    definition_ = rig_.definitions().Get("items")->definition;
    return *definition_;
  }

  TestOutcome RunFirst(const Definition& definition) {
    const auto outcome = TestRunner().Run(definition, definition.tests.at(0), {});
    EXPECT_THAT(outcome, IsOk());
    return *outcome;
  }

  TransformRig rig_;
  std::shared_ptr<const Definition> definition_;
};

TEST_F(ModelTests, PassWhenModelsAndOutputsHaveTheExpectedRowsInAnyOrder) {
  const auto outcome = RunFirst(Load(std::string("  - name: pages\n") + kGiven + R"(    expect:
      items:
        - {id: b, value: null, extracted_at: "2026-01-01T00:00:02Z"}
        - {id: a, value: "2", rank: null, extracted_at: "2026-01-01T00:00:02Z"}
        - {id: a, value: "1", rank: 1, extracted_at: "2026-01-01T00:00:01Z"}
      shop.items: [{id: a, value: "2"}, {id: b}]
)"));
  EXPECT_TRUE(outcome.passed()) << outcome.Text();
  EXPECT_THAT(outcome.Text(), IsEmpty());
}

TEST_F(ModelTests, ShowWhichRowsAndColumnsDiffer) {
  const auto outcome = RunFirst(Load(std::string("  - name: pages\n") + kGiven + R"(    expect:
      shop.items: [{id: a, value: "1"}, {id: z, value: "9"}]
)"));
  EXPECT_FALSE(outcome.passed());
  EXPECT_EQ(outcome.Text(),
            "shop.items: missing    {\"id\": \"z\", \"value\": \"9\"}\n"
            "shop.items: unexpected {\"id\": \"b\", \"value\": null}\n"
            "shop.items: differs    {\"id\": \"a\", \"value\": \"1\"}\n"
            "  value is \"2\", expected \"1\"\n");
  const auto json = outcome.ToJson();
  EXPECT_EQ(json["diffs"][0]["changed"][0]["columns"]["value"]["actual"], "2");
  EXPECT_EQ(json["diffs"][0]["missing"][0]["id"], "z");
}

TEST_F(ModelTests, CountHowOftenARowOccurs) {
  const char* tests = R"(  - name: twice
    given: {input: [{document: {items: [{id: a}, {id: a}]}}]}
    expect: {items: [{id: a}]}
  - name: never
    given: {input: [{document: {items: []}}]}
    expect: {items: []}
)";
  const auto outcomes = TestRunner().RunAll(Load(tests), {});
  ASSERT_THAT(outcomes, IsOk());
  EXPECT_THAT(outcomes->at(0).Text(), HasSubstr("unexpected"));
  EXPECT_TRUE(outcomes->at(1).passed()) << outcomes->at(1).Text();
}

TEST_F(ModelTests, StopTheClock) {
  const char* sql =
      R"(SELECT current_date AS day, now() AS time, {{ run('started_at') }} AS started FROM {{ input }})";
  const char* yaml =
      "name: items\ninput: {bucket: raw, prefix: items/, format: json}\n"
      "outputs: [{table: shop.items, model: items, mode: replace}]\n";
  const auto outcomes = TestRunner().RunAll(Load(R"(  - name: at the default
    given: {input: [{document: {}}]}
    expect: {items: [{day: "2026-01-01", time: "2026-01-01T00:00:00Z", started: "2026-01-01T00:00:00Z"}]}
  - name: at another time
    now: 2020-02-29T12:00:00Z
    given: {input: [{document: {}}]}
    expect: {items: [{day: "2020-02-29", time: "2020-02-29T12:00:00Z", started: "2020-02-29T12:00:00Z"}]}
)",
                                                 sql, yaml),
                                            {});
  ASSERT_THAT(outcomes, IsOk());
  for (const auto& outcome : *outcomes)
    EXPECT_TRUE(outcome.passed()) << outcome.name << "\n" << outcome.Text();
}

TEST_F(ModelTests, GiveTypedColumnsAndTables) {
  const char* sql =
      "SELECT i.id, i.price + t.extra AS total, i.sold FROM {{ input('sales') }} i "
      "JOIN {{ table('shop.extras') }} t USING (id)";
  const char* yaml =
      "name: items\ninputs:\n"
      "  - {name: sales, bucket: raw, prefix: sales/, format: csv,\n"
      "     columns: {id: BIGINT, price: 'DECIMAL(10,2)', sold: DATE}}\n"
      "outputs: [{table: shop.items, model: items, mode: replace}]\n";
  const auto outcome = RunFirst(Load(R"(  - name: join
    given:
      inputs: {sales: [{id: 1, price: "1.10", sold: "2026-01-31"}, {id: 2}]}
      tables: {shop.extras: [{id: 1, extra: 2}]}
    expect: {items: [{id: 1, total: "3.10", sold: "2026-01-31"}]}
)",
                                     sql, yaml));
  EXPECT_TRUE(outcome.passed()) << outcome.Text();
}

TEST_F(ModelTests, TakeDeclaredColumnsOutOfDocuments) {
  const char* yaml =
      "name: items\ninput: {bucket: raw, prefix: items/, format: ndjson, columns: {id: BIGINT, price: "
      "'DECIMAL(9,2)'}}\noutputs: [{table: shop.items, model: items, mode: replace}]\n";
  const auto outcomes = TestRunner().RunAll(Load(R"(  - name: documents
    given: {input: [{document: {id: 1, price: "1.5"}}, {document: {}}]}
    expect: {items: [{id: 1, price: "1.50"}, {id: null}]}
  - name: columns
    given: {input: [{id: 1, price: "1.5"}]}
    expect: {items: [{id: 1, price: "1.50"}]}
)",
                                                 "SELECT id, price FROM {{ input }}", yaml),
                                            {});
  ASSERT_THAT(outcomes, IsOk());
  for (const auto& outcome : *outcomes)
    EXPECT_TRUE(outcome.passed()) << outcome.name << "\n" << outcome.Text();
}

TEST_F(ModelTests, LeaveOutRowsThatRulesSetAside) {
  std::string yaml = kItemsYaml;
  yaml.insert(yaml.find("counts:"),
              "    quality: [{severity: quarantine, rules: 'Rules = [ IsComplete \"value\" ]'}]\n");
  const auto outcome = RunFirst(Load(
      std::string("  - name: good rows\n") + kGiven + "    expect: {shop.items: [{id: a, value: \"2\"}]}\n",
      kItemsSql, yaml));
  EXPECT_TRUE(outcome.passed()) << outcome.Text();
}

TEST_F(ModelTests, SayWhatIsWrongWithTheModelOrTheTest) {
  const auto model =
      RunFirst(Load("  - name: t\n    given: {input: [{document: {items: 7}}]}\n    expect: {items: []}\n",
                    "SELECT 1 / (CAST(document->>'$.items' AS INTEGER) - 7) AS id, "
                    "CAST(document->>'$.items' AS DATE) AS value, 1 AS rank, "
                    "object_time AS extracted_at FROM {{ input }}"));
  ASSERT_TRUE(model.error);
  EXPECT_THAT(model.Text(), HasSubstr("models/items.sql"));
  const auto value =
      RunFirst(Load("  - name: t\n    given: {input: []}\n    expect: {items: [{rank: many}]}\n"));
  EXPECT_THAT(value.Text(), HasSubstr("expect.items"));
  EXPECT_THAT(value.Text(), HasSubstr("many"));
}

TEST_F(ModelTests, TellPeopleAtTheCommandLine) {
  Load(std::string("  - name: right\n") + kGiven +
       "    expect: {shop.items: [{id: a, value: \"2\"}, {id: b}]}\n" + "  - name: wrong\n" + kGiven +
       "    expect: {shop.items: []}\n");
  std::ostringstream out;
  const auto pipelines = rig_.directory() / "pipelines";
  EXPECT_EQ(RunTests(pipelines, pipelines, out), 1);
  EXPECT_THAT(out.str(), HasSubstr("items: passed  right\nitems: FAILED  wrong\n    shop.items: unexpected"));
  EXPECT_THAT(out.str(), HasSubstr("1 passed, 1 failed"));
  Load(std::string("  - name: right\n") + kGiven +
       "    expect: {shop.items: [{id: a, value: \"2\"}, {id: b}]}\n");
  EXPECT_EQ(RunTests("items", pipelines, out), 0);
  EXPECT_EQ(RunTests(pipelines / "items", "nowhere", out), 0);
  EXPECT_EQ(RunTests(pipelines / "none", pipelines, out), 2);
}

}  // namespace
}  // namespace tarn::transform
