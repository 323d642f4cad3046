#include "services/catalog/inference/csv/dialect_detection.h"

#include <gmock/gmock.h>

#include "tests/support/result_matchers.h"

namespace tarn::inference {
namespace {

TEST(DetectDialect, ListsTheAlternativesWithTheirScores) {
  const auto verdict = DetectDialect("a;b\n1,5;x\n2,5;y\n");
  ASSERT_THAT(verdict, IsOk());
  EXPECT_EQ(verdict->dialect.delimiter, ";");
  const auto& alternatives = verdict->decision.alternatives;
  ASSERT_GE(alternatives.size(), 2u);
  EXPECT_THAT(alternatives[0].value, testing::HasSubstr("';'"));
  EXPECT_GT(alternatives[0].score, alternatives[1].score);
  EXPECT_THAT(alternatives[0].reason, testing::HasSubstr("2 columns over 3 records"));
}

TEST(DetectDialect, AnswersTheUsualDialectWhereNothingTells) {
  const auto verdict = DetectDialect("name\nbob\nann\n");
  ASSERT_THAT(verdict, IsOk());
  EXPECT_EQ(verdict->dialect, Dialect());
  EXPECT_EQ(verdict->columns, 1u);
}

TEST(DetectDialect, StopsWhenAsked) {
  std::stop_source stop;
  stop.request_stop();
  EXPECT_THAT(DetectDialect("a,b\n", stop.get_token()), HasError(Code::kCancelled, ""));
}

TEST(DetectComment, TellsCommentsFromRows) {
  EXPECT_EQ(DetectComment("# x\na,b\n1,2\n", {}, 2), "#");
  EXPECT_EQ(DetectComment("a,b\n#1,2\n#2,3\n", {}, 2), "");
  EXPECT_EQ(DetectComment("#0.0\n1\n", {}, 1), "");
  EXPECT_EQ(DetectComment("##x\n##y\n#a,b\n1,2\n", {}, 2), "##");
  EXPECT_EQ(DetectComment("// x\na,b\n1,2\n", {}, 2), "//");
}

}  // namespace
}  // namespace tarn::inference
