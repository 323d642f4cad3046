#include "common/duckdb/scalar_function.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "common/duckdb/engine.h"
#include "tests/support/result_matchers.h"

namespace tarn::duckdb {
namespace {

void Twice(ScalarCall& call) {
  if (call.Integer(0) < 0) return call.Fail("negative: " + std::to_string(call.Integer(0)));
  call.ReturnInteger(call.Integer(0) * 2);
}

// ["a", null] and the number of arguments to [["a", null], ["2"]].
void Rows(ScalarCall& call) { call.ReturnTextRows({call.Texts(0), {std::to_string(call.size())}}); }

void CountNulls(ScalarCall& call) {
  int64_t count = 0;
  for (size_t i = 0; i < call.size(); ++i) count += call.IsNull(i);
  call.ReturnInteger(count);
}

bool ReadLength(std::string_view text, int64_t& value) {
  value = static_cast<int64_t>(text.size());
  return text != "bad" && text.size() < 1000;
}

const ScalarFunction kFunctions[] = {
    {"test_twice", {FunctionType::kInteger}, FunctionType::kInteger, Twice},
    {"test_rows", {FunctionType::kTexts, FunctionType::kDouble}, FunctionType::kTextRows, Rows},
    {"test_nulls", {FunctionType::kText}, FunctionType::kInteger, CountNulls, true, true},
    {"test_as_json", {FunctionType::kText}, FunctionType::kJson, nullptr},
    {"test_length", {FunctionType::kText}, FunctionType::kInteger, nullptr, false, false, ReadLength},
};

class ScalarFunctionTest : public testing::Test {
 protected:
  void SetUp() override {
    InstanceOptions options;
    options.functions = kFunctions;
    instance_ = std::move(Instance::Open(options)).value();
    connection_ = std::move(instance_->Connect()).value();
  }

  std::unique_ptr<Instance> instance_;
  std::unique_ptr<Connection> connection_;
};

TEST_F(ScalarFunctionTest, RunsForEachRowAndPassesNullOn) {
  const auto rows = connection_->Rows(
      "SELECT sum(test_twice(i)) AS s, count(test_twice(nullif(i, 5))) AS n FROM range(10000) t(i)");
  ASSERT_THAT(rows, IsOk());
  EXPECT_EQ((*rows)[0]["s"], "99990000");
  EXPECT_EQ((*rows)[0]["n"], 9999);
}

TEST_F(ScalarFunctionTest, PassesItsArgumentOnAsAnotherType) {
  const auto rows = connection_->Rows(
      "SELECT any_value(typeof(j)) AS type, sum(CAST(j->>'$.i' AS BIGINT)) AS s, count(j) AS n, max(length(j)) AS l "
      "FROM (SELECT test_as_json(CASE WHEN i <> 5 THEN '{\"i\": ' || i || ', \"t\": \"' || repeat('x', i) || '\"}' END) AS j "
      "FROM range(5000) t(i))");
  ASSERT_THAT(rows, IsOk());
  EXPECT_EQ((*rows)[0]["type"], "JSON");
  EXPECT_EQ((*rows)[0]["s"], std::to_string(4999 * 5000 / 2 - 5));
  EXPECT_EQ((*rows)[0]["n"], 4999);
  EXPECT_EQ((*rows)[0]["l"], 5019);
  EXPECT_THAT(connection_->Rows("SELECT test_as_json('{\"a\": [1]}')->'$.a' AS constant"), IsOk());
}

TEST_F(ScalarFunctionTest, ReturnsListsOfLists) {
  const auto rows = connection_->Rows("SELECT test_rows(['a', NULL], 1) AS r FROM range(2)");
  ASSERT_THAT(rows, IsOk());
  EXPECT_EQ((*rows)[1]["r"], nlohmann::json::parse(R"([["a", null], ["2"]])"));
}

TEST_F(ScalarFunctionTest, SeesNullWhenItAsksForIt) {
  const auto rows = connection_->Rows("SELECT test_nulls('a', NULL, NULL) AS a, test_nulls(NULL) AS b");
  ASSERT_THAT(rows, IsOk());
  EXPECT_EQ((*rows)[0], nlohmann::json::parse(R"({"a": 2, "b": 1})"));
}

TEST_F(ScalarFunctionTest, FailsTheStatementAndNotTheEngine) {
  EXPECT_THAT(connection_->Rows("SELECT test_twice(-1)"), HasError(Code::kUnprocessable, "negative: -1"));
  EXPECT_THAT(connection_->Rows("SELECT TRY(test_twice(-1)) AS t"), IsOk());
  EXPECT_FALSE(instance_->broken());
}

TEST_F(ScalarFunctionTest, ReadsTextsOfAnyLengthAndPassesNullOn) {
  const auto rows = connection_->Rows(
      "SELECT sum(test_length(repeat('x', i % 40))) AS s, count(test_length(CASE WHEN i % 3 > 0 THEN 'x' END)) "
      "AS n FROM range(30000) t(i)");
  ASSERT_THAT(rows, IsOk());
  EXPECT_EQ((*rows)[0]["s"], "585000");
  EXPECT_EQ((*rows)[0]["n"], 20000);
}

TEST_F(ScalarFunctionTest, FailsTheStatementForATextThatIsNoValue) {
  EXPECT_THAT(connection_->Rows("SELECT test_length(t) FROM (VALUES ('fine'), ('bad')) v(t)"),
              HasError(Code::kUnprocessable, "not a value of its type: \"bad\""));
  EXPECT_THAT(connection_->Rows("SELECT test_length(repeat('ä', 2000))"),
              HasError(Code::kUnprocessable, "ä...\""));
}

}  // namespace
}  // namespace tarn::duckdb
