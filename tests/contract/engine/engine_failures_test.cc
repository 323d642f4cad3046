// Statements that mean harm, or do it: each fails for itself, and the next one of another client succeeds.
#include <gmock/gmock.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "tests/contract/engine/engine_setups.h"
#include "tests/support/result_matchers.h"

namespace tarn::query {
namespace {

class EngineFailures : public EngineContract {
 protected:
  // Cancels after a while, as a timeout does.
  Result<std::string> RunFor(std::chrono::milliseconds limit, const std::string& sql) {
    std::stop_source source;
    std::jthread timer([&](std::stop_token done) {
      std::mutex mutex;
      std::unique_lock lock(mutex);
      std::condition_variable_any().wait_for(lock, done, limit, [] { return false; });
      source.request_stop();
    });
    return Run({sql, {}, {}}, source.get_token());
  }

  void ExpectThatOthersGoOn() { EXPECT_EQ(RunSql("SELECT 42").value(), "[42]\n"); }
};

TEST_P(EngineFailures, EndsWhatWouldNeverEnd) {
  for (const char* sql : {
           "WITH RECURSIVE t(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM t) SELECT count(*) FROM t",
           "SELECT count(*) FROM range(1000000000000000) t(i) WHERE i % 3 = 1",
           "SELECT count(*) FROM range(1000000) a(i), range(1000000) b(j) WHERE a.i + b.j = -1",
           "SELECT max(a.i * b.j) FROM range(1000000) a(i), range(1000000) b(j)",
           "SELECT * FROM range(1000000000000000) t(i) ORDER BY hash(i) LIMIT 1",
       }) {
    EXPECT_THAT(RunFor(std::chrono::milliseconds(300), sql),
                testing::AnyOf(HasError(Code::kCancelled, ""), HasError(Code::kResourceExhausted, "")))
        << sql;
    ExpectThatOthersGoOn();
  }
}

TEST_P(EngineFailures, EndsWhatTakesTooMuchMemory) {
  EXPECT_THAT(RunSql("SELECT list(i) FROM range(1000000000) t(i)"), HasError(Code::kResourceExhausted, ""));
  ExpectThatOthersGoOn();
}

TEST_P(EngineFailures, RefusesDeepNesting) {
  std::string deep = "1";
  for (int i = 0; i < 5'000; ++i) deep = "(" + deep + "+1)";
  EXPECT_FALSE(RunSql("SELECT " + deep).ok());
  EXPECT_FALSE(RunSql("SELECT " + std::string(5'000, '(') + "1" + std::string(5'000, ')') + " +").ok());
  ExpectThatOthersGoOn();
}

TEST_P(EngineFailures, NamesTheFileThatBreaksIt) {
  std::vector<catalog_client::DataFile> files;
  for (int i = 0; i < 5; ++i) {
    files.push_back(lake_.PutParquet("d/t/good" + std::to_string(i) + ".parquet",
                                     "SELECT {'typed_value': 1} AS poison", {"poison"}));
  }
  files.insert(files.begin() + 3, PutPoison("d/t/evil.parquet"));
  const auto table = Table("t", files, {{"poison", "STRUCT(typed_value BIGINT)"}});
  EXPECT_THAT(Run({"SELECT * FROM d.t", {}, {table}}),
              HasError(Code::kUnprocessable, "transformed/d/t/evil.parquet"));
  ExpectThatOthersGoOn();
}

TEST_P(EngineFailures, LetsOthersGoOnWhenOneBreaksIt) {
  const auto poison = Table("t", {PutPoison("d/t/evil.parquet")}, {{"poison", "STRUCT(typed_value BIGINT)"}});
  const auto slow = engine_->Start({"SELECT i FROM range(3000000) t(i)", {}, {}}, {});
  ASSERT_THAT(slow, IsOk());
  ASSERT_TRUE((*slow)->Next().value());
  std::atomic<int> wrong = 0;
  {
    std::vector<std::jthread> clients;
    for (int client = 0; client < 4; ++client) {
      clients.emplace_back([&] {
        for (int i = 0; i < 50; ++i) wrong += !RunSql("SELECT sum(i) FROM range(1000) t(i)").ok();
      });
    }
    for (int i = 0; i < 5; ++i) {
      EXPECT_THAT(Run({"SELECT * FROM d.t", {}, {poison}}), HasError(Code::kUnprocessable, "evil.parquet"));
    }
  }
  EXPECT_EQ(wrong, 0);
  int64_t rows = 0;
  for (auto chunk = (*slow)->Next(); chunk.ok() && *chunk; chunk = (*slow)->Next())
    rows += static_cast<int64_t>((*chunk)->rows());
  EXPECT_GT(rows, 2'900'000);
}

INSTANTIATE_TEST_SUITE_P(Engines, EngineFailures, testing::ValuesIn(EngineSetups()),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace tarn::query
