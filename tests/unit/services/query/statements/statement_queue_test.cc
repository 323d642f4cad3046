#include "services/query/statements/statement_queue.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <thread>

#include "services/query/statements/query_endpoints.h"
#include "services/query/statements/result_file.h"
#include "tests/support/result_matchers.h"
#include "tests/unit/services/query/test_lake.h"

namespace tarn::query {
namespace {

constexpr const char* kEndless = "SELECT count(*) FROM range(100000000000) a(i), range(1000) b(j) WHERE i % 7 = j % 3";

class StatementQueueTest : public testing::Test {
 protected:
  void SetUp() override {
    AddGoldenTables(lake_);
    database_ = std::move(sqlite::Database::Open(lake_.path() / "query.db")).value();
    ASSERT_THAT(database_->Migrate({StatementStore::kMigration, StatementStore::kDialectMigration}), IsOk());
    statements_ = std::make_unique<StatementStore>(*database_);
    options_.workers = 1;
  }

  void Open() {
    queue_ = std::make_unique<StatementQueue>(options_, lake_.runner(), *statements_, lake_.store(), admission_, metrics_);
    ASSERT_THAT(queue_->Start(), IsOk());
  }

  template <class Condition>
  Statement WaitFor(const std::string& id, Condition condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    Statement statement = queue_->Get(id).value();
    while (!condition(statement) && std::chrono::steady_clock::now() < deadline) {
      std::this_thread::yield();
      statement = queue_->Get(id).value();
    }
    EXPECT_TRUE(condition(statement)) << StateName(statement.state);
    return statement;
  }

  Statement WaitForState(const std::string& id, StatementState state) {
    return WaitFor(id, [=](const Statement& statement) { return statement.state == state; });
  }

  Statement Submit(const std::string& sql, std::optional<int64_t> max_rows = {}) {
    return std::move(queue_->Submit({sql, "spotify", {}, max_rows})).value();
  }

  nlohmann::json Results(const std::string& id, const std::string& limit, const std::string& token) {
    QueryEndpoints endpoints(*queue_, lake_.store());
    http::Request request;
    request.path_parameters = {{"id", id}};
    request.query_parameters = {{"limit", limit}};
    if (!token.empty()) request.query_parameters.emplace_back("page_token", token);
    return nlohmann::json::parse(endpoints.Results(request).value().body);
  }

  TestLake lake_;
  std::unique_ptr<sqlite::Database> database_;
  std::unique_ptr<StatementStore> statements_;
  Admission admission_{2, 0};
  metrics::Registry registry_;
  StatementMetrics metrics_{registry_};
  StatementQueueOptions options_;
  std::unique_ptr<StatementQueue> queue_;
};

TEST_F(StatementQueueTest, RunsAStatementAndKeepsItsRows) {
  Open();
  const auto submitted = Submit("SELECT song_id, song_name FROM songs ORDER BY 1");
  EXPECT_EQ(submitted.state, StatementState::kQueued);
  const auto ended = WaitForState(submitted.id, StatementState::kSucceeded);
  EXPECT_EQ(ended.rows, 3);
  EXPECT_EQ(ended.progress, 1);
  EXPECT_EQ(ended.files, 2);
  EXPECT_EQ(ended.snapshot[0].version, 3);
  EXPECT_GT(ended.result_bytes, 0u);
  const auto page = Results(submitted.id, "10", "");
  EXPECT_EQ(page, nlohmann::json::parse(R"({"columns": [{"name": "song_id", "type": "VARCHAR"}, {"name": "song_name", "type": "VARCHAR"}],
                                            "rows": [["s1", "One"], ["s2", "Two, \"too\""], ["s3", null]]})"));
}

TEST_F(StatementQueueTest, PagesThroughRowsExactlyOnce) {
  Open();
  const auto submitted = Submit("SELECT i, repeat('x', (i % 100)::INTEGER) FROM range(25000) t(i)");
  WaitForState(submitted.id, StatementState::kSucceeded);
  int64_t next = 0;
  std::string token;
  do {
    const auto page = Results(submitted.id, "7001", token);
    for (const auto& row : page["rows"]) ASSERT_EQ(row[0], next++);
    token = page.value("next_page_token", "");
  } while (!token.empty());
  EXPECT_EQ(next, 25000);
}

TEST_F(StatementQueueTest, RefusesTokensThatNoPageGave) {
  Open();
  const auto submitted = Submit("SELECT i FROM range(100) t(i)");
  WaitForState(submitted.id, StatementState::kSucceeded);
  ResultFile file(lake_.store(), submitted.id);
  EXPECT_THAT(file.Read(2, 10), HasError(Code::kInvalidArgument, "query:page_token"));
  EXPECT_THAT(file.Read(1'000'000, 10), HasError(Code::kInvalidArgument, "query:page_token"));
  EXPECT_EQ(file.Read(4, 1).value().rows, "[\n[1]\n]");
}

TEST_F(StatementQueueTest, KeepsAnEmptyResult) {
  Open();
  const auto submitted = Submit("SELECT 1 AS a WHERE false");
  WaitForState(submitted.id, StatementState::kSucceeded);
  EXPECT_EQ(Results(submitted.id, "10", "")["rows"], nlohmann::json::array());
}

TEST_F(StatementQueueTest, RecordsWhyAStatementFailed) {
  Open();
  const auto submitted = Submit("SELECT 1,\n missing FROM songs");
  const auto ended = WaitForState(submitted.id, StatementState::kFailed);
  ASSERT_TRUE(ended.error);
  EXPECT_EQ(ended.error->code(), Code::kUnprocessable);
  EXPECT_EQ(ended.error->where(), "line 2, column 2");
  EXPECT_EQ(statements_->Get(submitted.id).value().error->where(), "line 2, column 2");
}

TEST_F(StatementQueueTest, RefusesAtOnceWhatTheGateRefuses) {
  Open();
  EXPECT_THAT(queue_->Submit({"COPY songs TO 'x'", "spotify", {}, {}}), HasError(Code::kUnprocessable, "got COPY"));
  EXPECT_TRUE(statements_->List("", {}, 10).value().empty());
}

TEST_F(StatementQueueTest, StopsAtTheLimitsOfAResult) {
  options_.limits.max_result_rows = 10;
  Open();
  EXPECT_EQ(WaitForState(Submit("SELECT i FROM range(11) t(i)").id, StatementState::kFailed).error->code(), Code::kResourceExhausted);
  const auto cut = WaitForState(Submit("SELECT i FROM range(11) t(i)", 10).id, StatementState::kSucceeded);
  EXPECT_EQ(cut.rows, 10);
  EXPECT_TRUE(cut.truncated);
  options_.limits.max_result_bytes = 100'000;
  options_.limits.max_result_rows = 1'000'000;
  Open();
  EXPECT_EQ(WaitForState(Submit("SELECT i FROM range(100000) t(i)").id, StatementState::kFailed).error->code(), Code::kResourceExhausted);
}

TEST_F(StatementQueueTest, CancelsARunningStatementAndThoseThatWait) {
  Open();
  const auto running = Submit(kEndless);
  const auto queued = Submit("SELECT 1");
  WaitForState(running.id, StatementState::kRunning);
  EXPECT_EQ(queue_->Cancel(queued.id).value().state, StatementState::kCancelled);
  ASSERT_THAT(queue_->Cancel(running.id), IsOk());
  WaitForState(running.id, StatementState::kCancelled);
  EXPECT_EQ(queue_->Cancel(running.id).value().state, StatementState::kCancelled);
  EXPECT_THAT(queue_->Cancel("nobody"), HasError(Code::kNotFound, "nobody"));
}

TEST_F(StatementQueueTest, EndsStatementsThatTakeTooLong) {
  options_.limits.timeout = std::chrono::milliseconds(200);
  Open();
  EXPECT_EQ(WaitForState(Submit(kEndless).id, StatementState::kFailed).error->code(), Code::kDeadlineExceeded);
}

TEST_F(StatementQueueTest, BoundsTheQueue) {
  options_.max_queued = 1;
  Open();
  const auto running = Submit(kEndless);
  WaitForState(running.id, StatementState::kRunning);
  Submit("SELECT 1");
  EXPECT_THAT(queue_->Submit({"SELECT 2", "", {}, {}}), HasError(Code::kResourceExhausted, "1 statements are queued"));
  ASSERT_THAT(queue_->Cancel(running.id), IsOk());
}

TEST_F(StatementQueueTest, PutsAStatementBackWhenTheServiceStopsInOrder) {
  Open();
  const auto submitted = Submit(kEndless);
  WaitForState(submitted.id, StatementState::kRunning);
  queue_->Stop();
  EXPECT_EQ(statements_->Get(submitted.id).value().state, StatementState::kQueued);
  Open();
  WaitForState(submitted.id, StatementState::kRunning);
  ASSERT_THAT(queue_->Cancel(submitted.id), IsOk());
}

TEST_F(StatementQueueTest, FailsWhatAKilledProcessLeftRunning) {
  Statement left;
  left.id = "01left";
  left.request.sql = "SELECT 1";
  left.created_at = Now();
  ASSERT_THAT(statements_->Add(left, 10), IsOk());
  ASSERT_TRUE(statements_->TakeNext().value());
  Open();
  const auto ended = WaitForState("01left", StatementState::kFailed);
  EXPECT_EQ(ended.error->code(), Code::kUnavailable);
  EXPECT_THAT(ended.error->message(), testing::HasSubstr("submit it again"));
}

TEST_F(StatementQueueTest, ListsTheNewestFirst) {
  Open();
  const auto first = Submit("SELECT 1"), second = Submit("SELECT * FROM missing_table");
  WaitForState(second.id, StatementState::kFailed);
  const auto all = queue_->List("", {}, 10).value();
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].id, second.id);
  EXPECT_EQ(queue_->List(second.id, {}, 10).value()[0].id, first.id);
  // The list may be a moment behind what the statement itself says.
  while (queue_->List("", StatementState::kFailed, 10).value().empty()) std::this_thread::yield();
  EXPECT_EQ(queue_->List("", StatementState::kFailed, 10).value().size(), 1u);
}

TEST_F(StatementQueueTest, RemovesOldStatementsWithTheirRows) {
  Open();
  const auto submitted = Submit("SELECT 1");
  const auto ended = WaitForState(submitted.id, StatementState::kSucceeded);
  queue_->Stop();
  options_.retention = std::chrono::milliseconds(-10'000);
  Open();
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (queue_->Get(submitted.id).ok() && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
  EXPECT_THAT(queue_->Get(submitted.id), HasError(Code::kNotFound, submitted.id));
  EXPECT_THAT(lake_.store().Head("results", submitted.id + "/result.ndjson"), HasError(Code::kNotFound, ""));
}

}  // namespace
}  // namespace tarn::query
