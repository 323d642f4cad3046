#include <gmock/gmock.h>

#include <thread>

#include "tests/contract/engine/engine_setups.h"
#include "tests/support/result_matchers.h"

namespace tarn::query {
namespace {

TEST_P(EngineContract, AnswersWithColumnsAndRows) {
  const auto execution = engine_->Start({"SELECT 1 AS a, 'x' AS b", {}, {}}, {});
  ASSERT_THAT(execution, IsOk());
  ASSERT_EQ((*execution)->columns().size(), 2u);
  EXPECT_EQ((*execution)->columns()[0].name, "a");
  EXPECT_EQ((*execution)->columns()[0].type, "INTEGER");
  EXPECT_EQ(RunSql("SELECT 1 AS a, 'x' AS b").value(), "[1,\"x\"]\n");
}

TEST_P(EngineContract, BindsTablesUnderTheirNames) {
  const auto t = Table("t", "SELECT 1 AS i", {{"i", "INTEGER"}}),
             u = Table("u", "SELECT 2 AS i", {{"i", "INTEGER"}});
  auto alone = u;
  alone.database.clear();
  EXPECT_EQ(Run({"SELECT t.i, u.i FROM d.t, u", {}, {t, alone}}).value(), "[1,2]\n");
}

TEST_P(EngineContract, GivesEveryStatementItsOwnTables) {
  const auto first = Table("t", "SELECT 1 AS i", {{"i", "INTEGER"}});
  const auto execution = engine_->Start({"SELECT i FROM d.t", {}, {first}}, {});
  ASSERT_THAT(execution, IsOk());
  const auto other =
      Table("t", {lake_.PutParquet("d/t/b.parquet", "SELECT 2 AS i", {"i"})}, {{"i", "INTEGER"}});
  EXPECT_EQ(Run({"SELECT i FROM d.t", {}, {other}}).value(), "[2]\n");
  EXPECT_THAT(RunSql("SELECT i FROM d.t"), HasError(Code::kUnprocessable, "t"));
  EXPECT_EQ((*(*execution)->Next())->Text(0, 0), "1");
}

TEST_P(EngineContract, TakesParametersOfEveryType) {
  using P = duckdb::Parameter;
  EXPECT_EQ(Run({"SELECT $1, $2, $3, $4, $5", {P(), true, int64_t{5}, 1.5, std::string("x'")}, {}}).value(),
            "[null,true,5,1.5,\"x'\"]\n");
  EXPECT_THAT(Run({"SELECT $1", {}, {}}), HasError(Code::kUnprocessable, "/parameters"));
}

TEST_P(EngineContract, StreamsWithoutComputingAllFirst) {
  const auto execution = engine_->Start({"SELECT i FROM range(100000000000) t(i)", {}, {}}, {});
  ASSERT_THAT(execution, IsOk());
  for (int i = 0; i < 100; ++i) ASSERT_TRUE((*execution)->Next().value());
}

TEST_P(EngineContract, RunsManyStatementsAtOnce) {
  const auto table = Table("t", "SELECT i FROM range(100000) t(i)", {{"i", "BIGINT"}});
  std::vector<std::jthread> clients;
  std::atomic<int> right = 0;
  for (int client = 0; client < 8; ++client) {
    clients.emplace_back([&] {
      for (int i = 0; i < 10; ++i)
        right += Run({"SELECT sum(i) FROM d.t", {}, {table}}).value() == "[\"4999950000\"]\n";
    });
  }
  clients.clear();
  EXPECT_EQ(right, 80);
}

TEST_P(EngineContract, SaysWhenAnObjectIsGone) {
  const auto table = Table("t", "SELECT 1 AS i", {{"i", "INTEGER"}});
  ASSERT_THAT(lake_.store().Delete("transformed", "d/t/a.parquet"), IsOk());
  EXPECT_THAT(Run({"SELECT * FROM d.t", {}, {table}}), HasError(Code::kPreconditionFailed, "d/t/a.parquet"));
}

TEST_P(EngineContract, NamesThePlaceOfAMistake) {
  EXPECT_THAT(RunSql("SELECT 1,\n  missing"), HasError(Code::kUnprocessable, "line 2, column 3"));
}

TEST_P(EngineContract, DoesNotStartWhatIsCancelledAlready) {
  std::stop_source source;
  source.request_stop();
  EXPECT_THAT(Run({"SELECT count(*) FROM range(100000000000)", {}, {}}, source.get_token()),
              HasError(Code::kCancelled, ""));
}

TEST_P(EngineContract, StopsInTheMiddleOfTheRows) {
  std::stop_source source;
  const auto execution =
      engine_->Start({"SELECT i FROM range(100000000000) t(i)", {}, {}}, source.get_token());
  ASSERT_THAT(execution, IsOk());
  ASSERT_THAT((*execution)->Next(), IsOk());
  source.request_stop();
  auto next = (*execution)->Next();
  while (next.ok() && *next) next = (*execution)->Next();
  EXPECT_THAT(next, HasError(Code::kCancelled, ""));
}

TEST_P(EngineContract, ReachesNothingButItsTables) {
  const auto table = Table("t", "SELECT 1 AS i", {{"i", "INTEGER"}});
  const std::string elsewhere = (lake_.path() / "lake" / "transformed" / "d" / "t" / "a.parquet").string();
  EXPECT_FALSE(RunSql("SELECT * FROM read_parquet('" + elsewhere + "')").ok());
  EXPECT_FALSE(RunSql("SELECT * FROM read_text('/etc/passwd')").ok());
  EXPECT_FALSE(RunSql("SET memory_limit = '1TB'").ok());
  EXPECT_FALSE(RunSql("INSTALL httpfs").ok());
}

INSTANTIATE_TEST_SUITE_P(Engines, EngineContract, testing::ValuesIn(EngineSetups()),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace tarn::query
