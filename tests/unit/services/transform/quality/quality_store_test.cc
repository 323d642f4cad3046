#include "services/transform/quality/quality_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/transform/runs/run_store.h"
#include "services/transform/schema.h"
#include "tests/support/result_matchers.h"

namespace tarn::transform {
namespace {

using dqdl::Outcome;
using testing::SizeIs;

class QualityStoreTest : public testing::Test {
 protected:
  QualityStoreTest() { EXPECT_THAT(database_->Migrate(Migrations()), IsOk()); }

  std::string NewRun() { return *RunStore(*database_).CreateRun("shop", Trigger::kRequest, {}, ""); }

  static QualityResult ResultOf(const std::string& table, Outcome outcome) {
    QualityResult result;
    result.table = table;
    result.rule = "RowCount > 0";
    result.outcome = outcome;
    result.severity = Severity::kWarn;
    result.checked_at = FromUnixMillis(1'000);
    return result;
  }

  static QualityQuery Query(const std::string& table, const std::string& run_id = "",
                            const std::string& outcome = "") {
    QualityQuery query;
    query.table = table;
    query.run_id = run_id;
    query.outcome = outcome;
    return query;
  }

  std::unique_ptr<sqlite::Database> database_ = std::move(sqlite::Database::Open(":memory:")).value();
  QualityStore store_{*database_};
};

TEST_F(QualityStoreTest, KeepsEverythingThatAResultSays) {
  QualityResult result = ResultOf("shop.items", Outcome::kFailed);
  result.measured = 0.5;
  result.threshold = "> 0.9";
  result.rows_evaluated = 4;
  result.failed_rows = 2;
  result.message = "2 of 4";
  const std::string run = NewRun();
  ASSERT_THAT(store_.Record(run, "shop", {result, ResultOf("shop.items", Outcome::kPassed)}), IsOk());
  const auto stored = store_.List({});
  ASSERT_THAT(*stored, SizeIs(2));
  EXPECT_EQ(stored->at(0).run_id, run);
  EXPECT_EQ(stored->at(0).transform, "shop");
  EXPECT_EQ(stored->at(0).result.ToJson(), result.ToJson());
  EXPECT_EQ(QualityResult::FromJson(result.ToJson()).ToJson(), result.ToJson());
  EXPECT_FALSE(stored->at(1).result.measured.has_value());
  EXPECT_FALSE(stored->at(1).result.rows_evaluated.has_value());
}

TEST_F(QualityStoreTest, ReplacesTheResultsOfARunThatIsRecordedAgain) {
  const std::string run = NewRun();
  ASSERT_THAT(
      store_.Record(run, "shop", {ResultOf("a.a", Outcome::kPassed), ResultOf("a.a", Outcome::kError)}),
      IsOk());
  ASSERT_THAT(store_.Record(run, "shop", {ResultOf("a.b", Outcome::kPassed)}), IsOk());
  EXPECT_THAT(*store_.List({}), SizeIs(1));
}

TEST_F(QualityStoreTest, FiltersAndGoesOnWhereAPageEnded) {
  std::vector<std::string> runs;
  for (int i = 0; i < 3; ++i) {
    runs.push_back(NewRun());
    ASSERT_THAT(store_.Record(runs.back(), "shop",
                              {ResultOf("a.a", Outcome::kPassed), ResultOf("a.b", Outcome::kFailed)}),
                IsOk());
  }
  EXPECT_THAT(*store_.List(Query("a.a")), SizeIs(3));
  EXPECT_THAT(*store_.List(Query("", runs[1])), SizeIs(2));
  EXPECT_THAT(*store_.List(Query("a.a", "", "failed")), SizeIs(0));
  std::vector<std::string> seen;
  QualityQuery query;
  query.limit = 2;
  while (true) {
    const auto page = *store_.List(query);
    for (const StoredResult& stored : page) seen.push_back(stored.run_id + std::to_string(stored.ordinal));
    if (page.size() < 2) break;
    query.after_run = page.back().run_id;
    query.after_ordinal = page.back().ordinal;
  }
  EXPECT_THAT(seen, testing::ElementsAre(runs[2] + "0", runs[2] + "1", runs[1] + "0", runs[1] + "1",
                                         runs[0] + "0", runs[0] + "1"));
}

TEST_F(QualityStoreTest, GoesOnWhereAPageEndedUnderEveryFilter) {
  std::vector<std::string> runs;
  for (int i = 0; i < 3; ++i) {
    runs.push_back(NewRun());
    const auto passed = ResultOf("a.a", Outcome::kPassed);
    ASSERT_THAT(store_.Record(runs.back(), "shop", {passed, ResultOf("a.b", Outcome::kFailed), passed}),
                IsOk());
  }
  QualityQuery query = Query("a.a", "", "passed");
  query.after_run = runs[1];
  query.after_ordinal = 0;
  query.limit = 2;
  const auto page = *store_.List(query);
  ASSERT_THAT(page, SizeIs(2));
  EXPECT_EQ(page[0].run_id, runs[1]);
  EXPECT_EQ(page[0].ordinal, 2);
  EXPECT_EQ(page[1].run_id, runs[0]);
  query.run_id = runs[1];
  EXPECT_THAT(*store_.List(query), SizeIs(1));

  std::vector<std::string> seen;
  QualityQuery scores;
  scores.limit = 1;
  while (true) {
    const auto score = *store_.Scores(scores);
    if (score.empty()) break;
    seen.push_back(score[0].run_id + score[0].table);
    scores.after_run = score[0].run_id;
    scores.after_table = score[0].table;
  }
  EXPECT_THAT(seen, testing::ElementsAre(runs[2] + "a.a", runs[2] + "a.b", runs[1] + "a.a", runs[1] + "a.b",
                                         runs[0] + "a.a", runs[0] + "a.b"));
}

TEST_F(QualityStoreTest, KeepsResultsNinetyDays) {
  const auto at = [](std::chrono::days day) {
    QualityResult result = ResultOf("a.a", Outcome::kPassed);
    result.checked_at = Timestamp(day);
    return result;
  };
  const std::string oldest = NewRun(), old = NewRun(), latest = NewRun();
  // More than one call forgets.
  const std::vector<QualityResult> many(1'500, at(std::chrono::days(1)));
  ASSERT_THAT(store_.Record(oldest, "shop", many), IsOk());
  ASSERT_THAT(store_.Record(old, "shop", {at(std::chrono::days(10))}), IsOk());
  const auto left = [&](const std::string& run) {
    QualityQuery query = Query("", run);
    query.limit = 2'000;
    return store_.List(query)->size();
  };
  ASSERT_THAT(store_.Record(latest, "shop", {at(std::chrono::days(91))}), IsOk());
  EXPECT_EQ(left(oldest), 1'500u);
  ASSERT_THAT(store_.Record(latest, "shop", {at(std::chrono::days(92))}), IsOk());
  EXPECT_EQ(left(oldest), 499u);
  ASSERT_THAT(store_.Record(latest, "shop", {at(std::chrono::days(100))}), IsOk());
  EXPECT_EQ(left(oldest), 0u);
  EXPECT_EQ(left(old), 1u);
  EXPECT_EQ(left(latest), 1u);
}

TEST_F(QualityStoreTest, ScoresEachTableOfEachRun) {
  const std::string first = NewRun(), second = NewRun();
  const auto passed = ResultOf("a.a", Outcome::kPassed), failed = ResultOf("a.a", Outcome::kFailed);
  ASSERT_THAT(store_.Record(first, "shop", {passed, failed, failed, ResultOf("a.a", Outcome::kError)}),
              IsOk());
  ASSERT_THAT(store_.Record(second, "shop", {passed, ResultOf("a.b", Outcome::kFailed)}), IsOk());
  const auto scores = *store_.Scores({});
  ASSERT_THAT(scores, SizeIs(3));
  EXPECT_EQ(scores[0].run_id, second);
  EXPECT_EQ(scores[0].score.score(), 1.0);
  EXPECT_EQ(scores[1].table, "a.b");
  EXPECT_EQ(scores[1].score.score(), 0.0);
  EXPECT_EQ(scores[2].score.rules(), 4);
  EXPECT_EQ(scores[2].score.score(), 0.25);
  EXPECT_EQ(scores[2].score.errors, 1);
  EXPECT_THAT(*store_.Scores(Query("a.a")), SizeIs(2));
  QualityQuery rest;
  rest.after_run = second;
  rest.after_table = "a.a";
  EXPECT_THAT(*store_.Scores(rest), SizeIs(2));
}

}  // namespace
}  // namespace tarn::transform
