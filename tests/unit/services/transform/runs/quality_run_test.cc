#include "services/transform/runs/quality_run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "services/transform/quality/quality_store.h"
#include "tests/support/result_matchers.h"
#include "tests/unit/services/transform/transform_rig.h"

namespace tarn::transform {
namespace {

using dqdl::Outcome;
using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

using JobRun = tarn::transform::Run;  // testing::Test has a Run of its own

// One table of items and one of the kinds they are of.
class QualityRunTest : public testing::Test {
 protected:
  // `mode` are the lines of an output that say how it is written.
  void Use(const std::string& quality, const std::string& mode = kMerge,
           const std::string& kinds_quality = "") {
    const std::string yaml = std::string("name: items\n") +
                             "input: {bucket: raw, prefix: items/, suffix: .json, format: json}\n"
                             "outputs:\n"
                             "  - table: shop.items\n    model: items\n" +
                             mode + "    columns: [id, value, kind]\n    quality:\n" + quality +
                             "  - table: shop.kinds\n    model: kinds\n    mode: replace\n" + kinds_quality;
    rig_.WritePipelineFile("items/transform.yaml", yaml);
    rig_.WritePipelineFile("items/models/items.sql",
                           "SELECT (item->>'$.id') AS id, TRY_CAST(item->>'$.value' AS DOUBLE) AS value, "
                           "(item->>'$.kind') AS kind, "
                           "extracted_at FROM (SELECT object_time AS extracted_at, "
                           "unnest(CAST((document->'$.items') AS JSON[])) AS item "
                           "FROM {{ input }})");
    rig_.WritePipelineFile("items/models/kinds.sql",
                           "SELECT * FROM (VALUES ('tea'), ('cake')) AS kinds(kind)");
    rig_.Load();
  }

  static std::string Rules(const std::string& severity, const std::string& rules,
                           const std::string& more = "") {
    return "      - severity: " + severity + "\n" + more + "        rules: |\n          Rules = [ " + rules +
           " ]\n";
  }

  JobRun RunOver(int second, const std::string& items) {
    rig_.Put(ItemsKey(second), "{\"items\":[" + items + "]}");
    return rig_.PlanAndRun();
  }

  static std::vector<std::string> Outcomes(const JobRun& run) {
    std::vector<std::string> outcomes;
    for (const QualityResult& result : run.report.quality)
      outcomes.push_back(result.rule + ": " + dqdl::OutcomeName(result.outcome));
    return outcomes;
  }

  Result<std::vector<StoredResult>> ResultsOf(const std::string& run_id, const std::string& outcome) {
    QualityQuery query;
    query.run_id = run_id;
    query.outcome = outcome;
    return QualityStore(rig_.database()).List(query);
  }

  static constexpr const char* kMerge = "    mode: merge\n    key: [id]\n    order_by: [extracted_at desc]\n";
  static constexpr const char* kAppend = "    mode: append\n";

  TransformRig rig_;
};

constexpr const char* kGood = R"({"id":"a","value":1,"kind":"tea"},{"id":"b","value":2,"kind":"cake"})";
constexpr const char* kBad = R"({"id":"c","value":-3,"kind":"tea"})";

TEST_F(QualityRunTest, PublishesResultsWithTheRows) {
  Use(Rules("fail", "IsPrimaryKey \"id\", RowCount between 1 and 9") + Rules("warn", "Mean \"value\" > 100"));
  const JobRun run = RunOver(1, kGood);
  EXPECT_EQ(run.state, RunState::kSucceeded);
  EXPECT_THAT(Outcomes(run), ElementsAre("IsPrimaryKey \"id\": passed", "RowCount between 1 and 9: passed",
                                         "Mean \"value\" > 100: failed"));
  EXPECT_EQ(rig_.Rows("shop.items").size(), 2u);
  EXPECT_THAT(rig_.Keys("transformed", "tarn/"),
              ElementsAre("tarn/quality_results/part-" + run.id + ".parquet"));
  const json rows = rig_.Rows("tarn.quality_results");
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[2][0], run.id);
  EXPECT_EQ(rows[2][1], "items");
  EXPECT_EQ(rows[1][2], "shop.items");
  EXPECT_THAT(
      rig_.Columns("tarn.quality_results"),
      ElementsAre("run_id VARCHAR", "transform VARCHAR", "table_name VARCHAR", "rule VARCHAR",
                  "severity VARCHAR", "outcome VARCHAR", "measured DOUBLE", "threshold VARCHAR",
                  "rows_evaluated BIGINT", "failed_rows BIGINT", "message VARCHAR", "checked_at TIMESTAMP"));

  const auto stored = ResultsOf("", "failed");
  ASSERT_THAT(*stored, SizeIs(1));
  EXPECT_EQ(stored->at(0).run_id, run.id);
  EXPECT_EQ(stored->at(0).result.measured, 1.5);
  EXPECT_EQ(stored->at(0).result.threshold, "> 100");
  EXPECT_EQ(stored->at(0).result.rows_evaluated, 2);
  EXPECT_EQ(stored->at(0).result.message, "measured 1.5, expected > 100");
  EXPECT_EQ(stored->at(0).result.severity, Severity::kWarn);
}

TEST_F(QualityRunTest, FailsBeforeAnythingIsPublishedAndSaysWhy) {
  Use(Rules("fail", "ColumnValues \"value\" > 0, RowCount > 0") + Rules("quarantine", "IsComplete \"id\""));
  RunOver(1, kGood);
  const auto keys = rig_.Keys("transformed", "shop/");
  rig_.Put(ItemsKey(2), "nonsense");
  const JobRun run = RunOver(3, kBad);
  EXPECT_EQ(run.state, RunState::kFailed);
  EXPECT_THAT(run.error->message(),
              HasSubstr("the rule ColumnValues \"value\" > 0 of shop.items failed: 1 of 3 rows break it"));
  EXPECT_EQ(run.error->where(), "quality of shop.items");
  EXPECT_EQ(rig_.Keys("transformed", "shop/"), keys);
  EXPECT_EQ(rig_.Rows("shop.items").size(), 2u);
  const auto letters = rig_.dead_letters().List({"", run.id, "", 100});
  ASSERT_THAT(*letters, SizeIs(2));
  EXPECT_THAT(letters->at(0).reason + letters->at(1).reason, HasSubstr("malformed JSON"));
  EXPECT_THAT(letters->at(0).reason + letters->at(1).reason,
              HasSubstr("the whole run failed: quality of shop.items"));
  // What was found out can be asked for everywhere.
  EXPECT_THAT(*ResultsOf(run.id, ""), SizeIs(3));
  EXPECT_EQ(rig_.Rows("tarn.quality_results").size(), 6u);
}

TEST_F(QualityRunTest, FailsAlsoWhenARuleCannotBeChecked) {
  Use(Rules("fail", "CustomSql \"select max(nothing) from primary\" > 1"));
  const JobRun run = RunOver(1, kGood);
  EXPECT_EQ(run.state, RunState::kFailed);
  EXPECT_THAT(run.error->message(), HasSubstr("cannot be checked"));
  EXPECT_THAT(rig_.Keys("transformed", "shop/"), IsEmpty());
}

TEST_F(QualityRunTest, GoesOnWhenAWarningCannotBeChecked) {
  Use(Rules("warn", "CustomSql \"select max(nothing) from primary\" > 1, RowCount = 2"));
  const JobRun run = RunOver(1, kGood);
  EXPECT_EQ(run.state, RunState::kSucceeded);
  EXPECT_EQ(run.report.quality[0].outcome, Outcome::kError);
  EXPECT_THAT(run.report.quality[0].message, HasSubstr("nothing"));
  EXPECT_EQ(run.report.quality[1].outcome, Outcome::kPassed);
  EXPECT_EQ(rig_.Rows("shop.items").size(), 2u);
}

TEST_F(QualityRunTest, SetsRowsAsideWithTheirReasons) {
  Use(Rules("quarantine", "ColumnValues \"value\" > 0, IsComplete \"kind\", RowCount > 100"), kAppend);
  const JobRun run =
      RunOver(1, std::string(kGood) + R"(,{"id":"c","value":-1},{"id":"d","value":4},{"id":"e","kind":"x"})");
  EXPECT_EQ(run.state, RunState::kSucceeded);
  EXPECT_EQ(rig_.Rows("shop.items"), json::parse(R"([["a",1.0,"tea"],["b",2.0,"cake"]])"));
  EXPECT_EQ(run.report.counts.at("rows_quarantined"), 3);
  ASSERT_THAT(run.report.outputs, SizeIs(3));
  EXPECT_EQ(run.report.outputs[2].table, "shop.items_quarantine");
  EXPECT_EQ(run.report.outputs[2].rows, 3);
  EXPECT_EQ(run.report.outputs[2].key, "shop/items_quarantine/part-" + run.id + ".parquet");

  EXPECT_THAT(rig_.Columns("shop.items_quarantine"),
              ElementsAre("id VARCHAR", "value DOUBLE", "kind VARCHAR", "extracted_at TIMESTAMP",
                          "_reasons VARCHAR[]", "_run_id VARCHAR", "_quarantined_at TIMESTAMP"));
  const json aside = rig_.Rows("shop.items_quarantine");
  ASSERT_EQ(aside.size(), 3u);
  EXPECT_EQ(aside[0][4], json::parse(R"j(["ColumnValues \"value\" > 0", "IsComplete \"kind\""])j"));
  EXPECT_EQ(aside[1][4], json::parse(R"j(["IsComplete \"kind\""])j"));
  EXPECT_EQ(aside[2][4], json::parse(R"j(["ColumnValues \"value\" > 0"])j"));
  EXPECT_EQ(aside[0][5], run.id);
  EXPECT_THAT(Outcomes(run), ElementsAre("ColumnValues \"value\" > 0: failed", "IsComplete \"kind\": failed",
                                         "RowCount > 100: failed"));
  EXPECT_EQ(run.report.quality[0].failed_rows, 2);
  EXPECT_EQ(run.report.quality[2].measured, 2) << "rules about the whole table see what is published";
}

TEST_F(QualityRunTest, PublishesNoQuarantineWhenAllRowsAreGood) {
  Use(Rules("quarantine", "ColumnValues \"value\" > 0"));
  const JobRun run = RunOver(1, kGood);
  EXPECT_THAT(rig_.Keys("transformed", "shop/items_quarantine"), IsEmpty());
  EXPECT_EQ(run.report.counts.at("rows_quarantined"), 0);
  EXPECT_THAT(run.report.outputs, SizeIs(2));
}

TEST_F(QualityRunTest, KeepsTheOlderRowOfAKeyWhoseNewRowIsSetAside) {
  Use(Rules("quarantine", "ColumnValues \"value\" > 0, IsUnique \"id\"") +
      Rules("fail", "ColumnValues \"value\" > 0"));
  RunOver(1, kGood);
  // Repeated keys are what a merge is for; an older good row in the same run wins over a newer bad one.
  const JobRun run = RunOver(
      3, R"({"id":"a","value":-7,"kind":"tea"},{"id":"b","value":5,"kind":"tea"},{"id":"b","value":-5})");
  EXPECT_EQ(run.state, RunState::kSucceeded);
  EXPECT_EQ(rig_.Rows("shop.items"), json::parse(R"([["a",1.0,"tea"],["b",5.0,"tea"]])"));
  EXPECT_EQ(rig_.Rows("shop.items_quarantine").size(), 2u);
  EXPECT_EQ(run.report.quality[0].rows_evaluated, 3);
  EXPECT_EQ(run.report.quality[1].outcome, Outcome::kPassed);
  EXPECT_EQ(run.report.quality[2].rows_evaluated, 2);
}

TEST_F(QualityRunTest, SetsRepeatedRowsAsideWhereRowsAreAppended) {
  Use(Rules("quarantine", "IsUnique \"id\", CustomSql \"select id from primary where value < 9\""), kAppend);
  RunOver(1, std::string(kGood) + "," + R"({"id":"a","value":3},{"id":"z","value":9})");
  EXPECT_EQ(rig_.Rows("shop.items"), json::parse(R"([["b",2.0,"cake"]])"));
  EXPECT_EQ(rig_.Rows("shop.items_quarantine").size(), 3u);
}

TEST_F(QualityRunTest, ComparesWithOtherTablesOfTheTransform) {
  Use(Rules("quarantine", "ReferentialIntegrity \"kind\" \"kinds.kind\" = 1") +
      Rules("warn",
            "CustomSql \"select count(*) from primary p join kinds k on p.kind = k.kind\" = 2, "
            "CustomSql \"select count(*) from items\" = 2, SchemaMatch \"shop.kinds\" > 0.3"));
  const JobRun run =
      RunOver(1, std::string(kGood) + R"(,{"id":"c","value":3,"kind":"beer"},{"id":"d","value":3})");
  EXPECT_EQ(run.state, RunState::kSucceeded);
  EXPECT_EQ(rig_.Rows("shop.items").size(), 2u);
  EXPECT_EQ(rig_.Rows("shop.items_quarantine").size(), 2u);
  for (const QualityResult& result : run.report.quality) {
    const bool quarantine = result.severity == Severity::kQuarantine;
    EXPECT_EQ(result.outcome, quarantine ? Outcome::kFailed : Outcome::kPassed)
        << result.rule << result.message;
  }
}

TEST_F(QualityRunTest, SeesOnlyTheRowsOfOtherTablesThatArePublished) {
  Use(Rules("quarantine", "ReferentialIntegrity \"kind\" \"kinds.kind\" = 1"), kMerge,
      "    quality:\n" + Rules("quarantine", "ColumnValues \"kind\" != \"cake\""));
  RunOver(1, kGood);
  EXPECT_EQ(rig_.Rows("shop.items"), json::parse(R"([["a",1.0,"tea"]])"));
  EXPECT_EQ(rig_.Rows("shop.kinds"), json::parse(R"([["tea"]])"));
}

TEST_F(QualityRunTest, LooksAtTheNewRowsAloneWhenAskedTo) {
  Use(Rules("warn", "RowCount = 1, ColumnCount = 3", "        rows: new\n") +
      Rules("warn", "RowCount = 3, ColumnCount = 3"));
  RunOver(1, kGood);
  const JobRun run = RunOver(2, kBad);
  EXPECT_THAT(Outcomes(run), ElementsAre("RowCount = 1: passed", "ColumnCount = 3: passed",
                                         "RowCount = 3: passed", "ColumnCount = 3: passed"));
}

TEST_F(QualityRunTest, TakesTheStartOfTheRunForNow) {
  Use(Rules("warn", "CustomSql \"select count(*) from primary\" = 2, RowCount = 2"));
  const JobRun run = RunOver(1, kGood);
  EXPECT_EQ(run.report.quality[0].checked_at, run.started_at);
}

TEST_F(QualityRunTest, FailsTheRunWhenQuarantineCannotTellWhichRows) {
  Use(Rules("quarantine", "IsComplete \"id\", CustomSql \"select nothing from primary\""));
  const JobRun run = RunOver(1, kGood);
  EXPECT_EQ(run.state, RunState::kFailed);
  EXPECT_THAT(run.error->message(), HasSubstr("cannot be checked"));
}

TEST_F(QualityRunTest, KeepsTheResultsWhenQuarantineCannotTellWhichRows) {
  Use(Rules("quarantine",
            "ColumnValues \"value\" > 0, "
            "CustomSql \"select id from primary where error(id) = id\""));
  const JobRun run = RunOver(1, kBad);
  EXPECT_EQ(run.state, RunState::kFailed);
  EXPECT_THAT(run.error->message(), HasSubstr("the rule CustomSql"));
  EXPECT_THAT(run.error->message(), HasSubstr("cannot be checked"));
  EXPECT_EQ(run.error->where(), "quality of shop.items");
  ASSERT_THAT(*ResultsOf(run.id, ""), SizeIs(2));
  EXPECT_EQ(ResultsOf(run.id, "failed")->at(0).result.failed_rows, 1);
}

TEST_F(QualityRunTest, BuriesOnlyTheObjectsThatARefusedRunRead) {
  Use(Rules("fail", "RowCount = 2"), kAppend);
  RunOver(1, kGood);
  rig_.Put(ItemsKey(2), R"({"items":[]})");
  rig_.Put(ItemsKey(3), R"({"items":[]})");
  rig_.Put(ItemsKey(4), "{\"items\":[" + std::string(kBad) + "]}");
  rig_.PlanEvents();
  ASSERT_THAT(rig_.store().Delete("raw", ItemsKey(2)), IsOk());
  rig_.Put(ItemsKey(3), "nonsense");
  const auto refused = rig_.CarryOutRuns();
  ASSERT_THAT(refused, SizeIs(1));
  EXPECT_EQ(refused[0].state, RunState::kFailed);
  EXPECT_THAT(refused[0].report.inputs,
              ElementsAre(InputState::kSkipped, InputState::kSkipped, InputState::kDead));
  EXPECT_EQ(refused[0].report.counts.at("objects_skipped"), 2);
  const auto letters = rig_.dead_letters().List({"", refused[0].id, "", 100});
  ASSERT_THAT(*letters, SizeIs(1));
  EXPECT_EQ(letters->at(0).key, ItemsKey(4));

  // Objects that are in the table already stay what they are.
  ASSERT_THAT(rig_.planner().PlanObjects("items", {{"raw", ItemsKey(1)}, {"raw", ItemsKey(4)}}), IsOk());
  const auto again = rig_.CarryOutRuns();
  ASSERT_THAT(again, SizeIs(1));
  EXPECT_THAT(again[0].report.inputs, ElementsAre(InputState::kSkipped, InputState::kDead));
}

TEST_F(QualityRunTest, PublishesTheResultsOfTheLastTryOfARefusedRun) {
  Use(Rules("fail", "RowCount = 5, RowCount = 6"));
  rig_.Put(ItemsKey(1), "{\"items\":[" + std::string(kGood) + "]}");
  rig_.PlanEvents();
  const JobRun taken = **rig_.runs().TakeNext("items", Now());
  const auto definition = rig_.definitions().Runnable().at(0);
  const auto inputs = rig_.runs().InputsToTake(taken.id, *definition);
  ASSERT_THAT(rig_.runner().Execute(taken, *inputs, *definition, {}), IsOk());
  // The process died before the end of the run was noted, and somebody changed the rules.
  Use(Rules("fail", "RowCount = 7"));
  const auto ended = rig_.CarryOutRuns();
  ASSERT_THAT(ended, SizeIs(1));
  EXPECT_EQ(ended[0].id, taken.id);
  EXPECT_THAT(Outcomes(ended[0]), ElementsAre("RowCount = 7: failed"));
  EXPECT_THAT(*ResultsOf(taken.id, ""), SizeIs(1));
  const json rows = rig_.Rows("tarn.quality_results");
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0][3], "RowCount = 7");
}

TEST_F(QualityRunTest, SetsNothingAsideUnderAColumnOfTheModel) {
  Use(Rules("quarantine", "ColumnValues \"value\" > 9") + Rules("warn", "RowCount = 1"));
  rig_.WritePipelineFile(
      "items/models/items.sql",
      "SELECT 'a' AS id, -1 AS value, 'x' AS kind, 7 AS _REASONS, object_time AS extracted_at "
      "FROM {{ input }}");
  rig_.Load();
  const JobRun run = RunOver(1, kGood);
  EXPECT_EQ(run.state, RunState::kFailed);
  EXPECT_THAT(run.error->message(), HasSubstr("the rule ColumnValues \"value\" > 9 of shop.items"));
  EXPECT_THAT(run.error->message(), HasSubstr("the quarantine needs, _reasons"));
  EXPECT_THAT(Outcomes(run), ElementsAre("ColumnValues \"value\" > 9: error", "RowCount = 1: passed"));
  EXPECT_THAT(*ResultsOf(run.id, ""), SizeIs(2));
}

TEST_F(QualityRunTest, JudgesAnEmptyTable) {
  Use(Rules("fail", "IsPrimaryKey \"id\", Completeness \"kind\" > 0.9, RowCount = 0") +
      Rules("quarantine", "IsComplete \"id\""));
  const JobRun run = RunOver(1, "");
  EXPECT_EQ(run.state, RunState::kSucceeded) << run.error->message();
  EXPECT_THAT(rig_.Rows("shop.items"), IsEmpty());
}

TEST_F(QualityRunTest, HasRowsOfATableThatIsAppendedToInTheQuarantineOnceAfterAReset) {
  Use(Rules("quarantine", "IsComplete \"value\""), kAppend);
  RunOver(1, R"({"id":"a","value":1},{"id":"b"})");
  RunOver(2, R"({"id":"c"})");
  ASSERT_THAT(rig_.Rows("shop.items_quarantine"), SizeIs(2));
  ASSERT_THAT(rig_.planner().Reset("items", ""), IsOk());
  ASSERT_THAT(rig_.CarryOutRuns(), SizeIs(1));
  EXPECT_THAT(rig_.Rows("shop.items"), SizeIs(1));
  EXPECT_THAT(rig_.Rows("shop.items_quarantine"), SizeIs(2));
  RunOver(3, R"({"id":"d"})");
  EXPECT_THAT(rig_.Rows("shop.items_quarantine"), SizeIs(3)) << "what follows is set aside beside them";
}

}  // namespace
}  // namespace tarn::transform
