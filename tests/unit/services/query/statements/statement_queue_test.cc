#include "services/query/statements/statement_queue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <thread>

#include "services/query/statements/query_endpoints.h"
#include "tests/support/result_matchers.h"
#include "tests/unit/services/query/test_service.h"

namespace tarn::query {
namespace {

constexpr const char* kEndless =
    "SELECT count(*) FROM range(100000000000) a(i), range(1000) b(j) WHERE i % 7 = j % 3";

class StatementQueueTest : public testing::Test {
 protected:
  void SetUp() override { service_.primary.max_running = 1; }

  void Open() { service_.Restart(); }
  StatementQueue& queue() { return service_.queue(); }
  Statement WaitForState(const std::string& id, StatementState state) {
    return service_.WaitForState(id, state);
  }
  Statement Submit(const std::string& sql, std::optional<int64_t> max_rows = {}) {
    return service_.Submit(sql, max_rows);
  }

  Result<std::string> Results(const std::string& id, std::vector<std::pair<std::string, std::string>> query) {
    QueryEndpoints endpoints(queue(), service_.results(), service_.tokens());
    http::Request request;
    request.path_parameters = {{"id", id}};
    request.query_parameters = std::move(query);
    TARN_ASSIGN(const auto response, endpoints.Results(request));
    Collector collector;
    TARN_TRY(response.stream(collector));
    return collector.text;
  }

  nlohmann::json Page(const std::string& id, const std::string& limit, const std::string& token = "") {
    std::vector<std::pair<std::string, std::string>> query = {{"limit", limit}};
    if (!token.empty()) query.emplace_back("page_token", token);
    return nlohmann::json::parse(Results(id, std::move(query)).value());
  }

  TestService service_;
};

TEST_F(StatementQueueTest, RunsAStatementAndKeepsItsRows) {
  Open();
  const auto submitted = Submit("SELECT song_id, song_name FROM songs ORDER BY 1");
  EXPECT_EQ(submitted.state, StatementState::kQueued);
  const auto ended = WaitForState(submitted.id, StatementState::kSucceeded);
  EXPECT_EQ(ended.rows, 3);
  EXPECT_EQ(ended.progress, 1);
  EXPECT_EQ(ended.counts.files, 2);
  EXPECT_EQ(ended.snapshot[0].version, 3);
  EXPECT_GT(ended.result_bytes, 0u);
  auto page = Page(submitted.id, "10");
  page.erase("stats");
  EXPECT_EQ(
      page,
      nlohmann::json::parse(
          R"({"columns": [{"name": "song_id", "type": "VARCHAR"}, {"name": "song_name", "type": "VARCHAR"}],
                                            "rows": [["s1", "One"], ["s2", "Two, \"too\""], ["s3", null]]})"));
}

TEST_F(StatementQueueTest, PagesThroughRowsExactlyOnce) {
  Open();
  const auto submitted = Submit("SELECT i, repeat('x', (i % 100)::INTEGER) FROM range(25000) t(i)");
  WaitForState(submitted.id, StatementState::kSucceeded);
  int64_t next = 0;
  std::string token;
  do {
    const auto page = Page(submitted.id, "7001", token);
    for (const auto& row : page["rows"]) ASSERT_EQ(row[0], next++);
    token = page.value("next_page_token", "");
  } while (!token.empty());
  EXPECT_EQ(next, 25000);
}

TEST_F(StatementQueueTest, RefusesTokensThatNoPageGave) {
  Open();
  const auto submitted = Submit("SELECT i FROM range(100) t(i)");
  WaitForState(submitted.id, StatementState::kSucceeded);
  const auto other = Submit("SELECT i FROM range(100) t(i)");
  WaitForState(other.id, StatementState::kSucceeded);
  const std::string token = Page(submitted.id, "4")["next_page_token"];
  EXPECT_EQ(Page(submitted.id, "1", token)["rows"], nlohmann::json::parse("[[4]]"));
  const std::string later = "9" + token.substr(1);
  for (const std::string& forged :
       {std::string("4"), std::string("x"), std::string(), later, token + "0", std::string(500, '-')}) {
    EXPECT_THAT(Results(submitted.id, {{"page_token", forged}}),
                HasError(Code::kInvalidArgument, "query:page_token"))
        << forged;
  }
  EXPECT_THAT(Results(other.id, {{"page_token", token}}),
              HasError(Code::kInvalidArgument, "query:page_token"));
}

TEST_F(StatementQueueTest, ServesAKeptResultInEveryFormat) {
  Open();
  const auto submitted = Submit("SELECT i, 'a' || i AS name FROM range(20000) t(i)");
  WaitForState(submitted.id, StatementState::kSucceeded);
  const std::string csv = Results(submitted.id, {{"format", "csv"}}).value();
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 20001);
  EXPECT_THAT(csv, testing::EndsWith("19999,a19999\r\n"));
  EXPECT_EQ(Results(submitted.id, {{"format", "csv"}, {"limit", "1"}}).value(), "i,name\r\n0,a0\r\n");
  EXPECT_EQ(nlohmann::json::parse(Results(submitted.id, {{"limit", "all"}}).value())["rows"].size(), 20000u);
  EXPECT_THAT(Results(submitted.id, {{"format", "parquet"}}).value(), testing::StartsWith("PAR1"));
  EXPECT_THAT(Results(submitted.id, {{"format", "arrow"}}).value(), testing::StartsWith("\xff\xff\xff\xff"));
  EXPECT_THAT(Results(submitted.id, {{"format", "xml"}}), HasError(Code::kInvalidArgument, "query:format"));
  EXPECT_THAT(Results(submitted.id, {{"format", "parquet"}, {"limit", "5"}}),
              HasError(Code::kInvalidArgument, "query:limit"));
  EXPECT_THAT(Results(submitted.id, {{"limit", "0"}}), HasError(Code::kInvalidArgument, "query:limit"));
}

TEST_F(StatementQueueTest, AnswersTheSameStatementWithKeptRowsUntilATableChanges) {
  Open();
  const StatementRequest request{.sql = "SELECT count(*) FROM songs",
                                 .database = "spotify",
                                 .workgroup = "primary",
                                 .max_age = std::chrono::hours(1)};
  const auto first = queue().Submit(request).value();
  EXPECT_EQ(first.state, StatementState::kQueued);
  WaitForState(first.id, StatementState::kSucceeded);
  const auto again = queue().Submit(request).value();
  EXPECT_EQ(again.state, StatementState::kSucceeded);
  EXPECT_EQ(again.result_id, first.id);
  EXPECT_NE(again.id, first.id);
  EXPECT_EQ(Page(again.id, "10")["rows"], nlohmann::json::parse("[[3]]"));
  // Not the same: another limit, another database, no age given, an age that is over.
  EXPECT_TRUE(queue().FindReusable(request, {}).value());
  auto other = request;
  other.max_rows = 5;
  EXPECT_FALSE(queue().FindReusable(other, {}).value());
  other = request;
  other.database = "shop";
  EXPECT_FALSE(queue().FindReusable(other, {}).value());
  other = request;
  other.max_age.reset();
  EXPECT_FALSE(queue().FindReusable(other, {}).value());
  other.max_age = std::chrono::milliseconds(-60'000);
  EXPECT_FALSE(queue().FindReusable(other, {}).value());
  // A new version of the table.
  auto table = service_.lake().catalog().Resolve({{"spotify", "songs"}}, 0, {}).value()[0].value();
  ++table.version;
  service_.lake().catalog().Set(table);
  EXPECT_EQ(queue().Submit(request).value().state, StatementState::kQueued);
}

TEST_F(StatementQueueTest, SearchesTheHistory) {
  Open();
  const auto one = Submit("SELECT 1 AS needle"), two = Submit("SELECT 2 AS hay");
  WaitForState(two.id, StatementState::kSucceeded);
  const auto search = [&](StatementStore::Filter filter) { return queue().List(filter, 10).value(); };
  ASSERT_EQ(search({.search = "NEEDLE"}).size(), 1u);
  EXPECT_EQ(search({.search = "NEEDLE"})[0].id, one.id);
  EXPECT_EQ(search({.search = "%"}).size(), 0u);
  EXPECT_EQ(search({.workgroup = "primary"}).size(), 2u);
  EXPECT_EQ(search({.workgroup = "other"}).size(), 0u);
  EXPECT_EQ(search({.since = Now() + std::chrono::hours(1)}).size(), 0u);
  EXPECT_EQ(search({.until = Now() + std::chrono::hours(1)}).size(), 2u);
}

TEST_F(StatementQueueTest, RunsStatementsOfAnotherWorkgroupWhileOneIsBusy) {
  Open();
  WorkgroupDefinition small = service_.primary;
  small.name = "small";
  small.max_scan_bytes = 10;
  ASSERT_THAT(service_.workgroups().Create(small), IsOk());
  const auto endless = Submit(kEndless);
  WaitForState(endless.id, StatementState::kRunning);
  const auto other = queue().Submit({.sql = "SELECT 1", .workgroup = "small"}).value();
  WaitForState(other.id, StatementState::kSucceeded);
  const auto large =
      queue().Submit({.sql = "SELECT * FROM songs", .database = "spotify", .workgroup = "small"}).value();
  EXPECT_THAT(WaitForState(large.id, StatementState::kFailed).error->message(),
              testing::HasSubstr("allows 10"));
  EXPECT_THAT(queue().Submit({.sql = "SELECT 1", .workgroup = "nobody"}),
              HasError(Code::kInvalidArgument, "primary, small"));
  ASSERT_THAT(queue().Cancel(endless.id), IsOk());
}

TEST_F(StatementQueueTest, KeepsAnEmptyResult) {
  Open();
  const auto submitted = Submit("SELECT 1 AS a WHERE false");
  WaitForState(submitted.id, StatementState::kSucceeded);
  EXPECT_EQ(Page(submitted.id, "10")["rows"], nlohmann::json::array());
}

TEST_F(StatementQueueTest, RecordsWhyAStatementFailed) {
  Open();
  const auto submitted = Submit("SELECT 1,\n missing FROM songs");
  const auto ended = WaitForState(submitted.id, StatementState::kFailed);
  ASSERT_TRUE(ended.error);
  EXPECT_EQ(ended.error->code(), Code::kUnprocessable);
  EXPECT_EQ(ended.error->where(), "line 2, column 2");
  EXPECT_EQ(service_.statements().Get(submitted.id).value().error->where(), "line 2, column 2");
}

TEST_F(StatementQueueTest, RefusesAtOnceWhatTheGateRefuses) {
  Open();
  EXPECT_THAT(queue().Submit({.sql = "COPY songs TO 'x'", .database = "spotify"}),
              HasError(Code::kUnprocessable, "got COPY"));
  EXPECT_TRUE(service_.statements().List({}, 10).value().empty());
}

TEST_F(StatementQueueTest, StopsAtTheLimitsOfAResult) {
  service_.primary.max_result_rows = 10;
  Open();
  EXPECT_EQ(WaitForState(Submit("SELECT i FROM range(11) t(i)").id, StatementState::kFailed).error->code(),
            Code::kResourceExhausted);
  const auto cut = WaitForState(Submit("SELECT i FROM range(11) t(i)", 10).id, StatementState::kSucceeded);
  EXPECT_EQ(cut.rows, 10);
  EXPECT_TRUE(cut.truncated);
  service_.primary.max_result_bytes = 100'000;
  service_.primary.max_result_rows = 1'000'000;
  Open();
  EXPECT_EQ(
      WaitForState(Submit("SELECT i FROM range(100000) t(i)").id, StatementState::kFailed).error->code(),
      Code::kResourceExhausted);
}

TEST_F(StatementQueueTest, CancelsARunningStatementAndThoseThatWait) {
  Open();
  const auto running = Submit(kEndless);
  const auto queued = Submit("SELECT 1");
  WaitForState(running.id, StatementState::kRunning);
  EXPECT_EQ(queue().Cancel(queued.id).value().state, StatementState::kCancelled);
  ASSERT_THAT(queue().Cancel(running.id), IsOk());
  WaitForState(running.id, StatementState::kCancelled);
  EXPECT_THAT(queue().Cancel(running.id), HasError(Code::kConflict, "it is cancelled"));
  EXPECT_THAT(queue().Cancel("nobody"), HasError(Code::kNotFound, "nobody"));
}

TEST_F(StatementQueueTest, EndsStatementsThatTakeTooLong) {
  service_.primary.timeout = std::chrono::milliseconds(200);
  Open();
  EXPECT_EQ(WaitForState(Submit(kEndless).id, StatementState::kFailed).error->code(),
            Code::kDeadlineExceeded);
}

TEST_F(StatementQueueTest, BoundsTheQueue) {
  service_.primary.max_queued = 1;
  Open();
  const auto running = Submit(kEndless);
  WaitForState(running.id, StatementState::kRunning);
  Submit("SELECT 1");
  EXPECT_THAT(queue().Submit({.sql = "SELECT 2"}),
              HasError(Code::kResourceExhausted, "1 statements of workgroup primary are queued"));
  ASSERT_THAT(queue().Cancel(running.id), IsOk());
}

TEST_F(StatementQueueTest, PutsAStatementBackWhenTheServiceStopsInOrder) {
  Open();
  const auto submitted = Submit(kEndless);
  WaitForState(submitted.id, StatementState::kRunning);
  queue().Stop();
  EXPECT_EQ(service_.statements().Get(submitted.id).value().state, StatementState::kQueued);
  Open();
  WaitForState(submitted.id, StatementState::kRunning);
  ASSERT_THAT(queue().Cancel(submitted.id), IsOk());
}

TEST_F(StatementQueueTest, FailsWhatAKilledProcessLeftRunning) {
  Statement left;
  left.id = "01left";
  left.request.sql = "SELECT 1";
  left.request.workgroup = "primary";
  left.created_at = Now();
  ASSERT_THAT(service_.statements().Add(left, 10), IsOk());
  ASSERT_TRUE(service_.statements().TakeNext("primary").value());
  Open();
  const auto ended = WaitForState("01left", StatementState::kFailed);
  EXPECT_EQ(ended.error->code(), Code::kUnavailable);
  EXPECT_THAT(ended.error->message(), testing::HasSubstr("submit it again"));
}

TEST_F(StatementQueueTest, ListsTheNewestFirst) {
  Open();
  const auto first = Submit("SELECT 1"), second = Submit("SELECT * FROM missing_table");
  WaitForState(second.id, StatementState::kFailed);
  const auto all = queue().List({}, 10).value();
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].id, second.id);
  EXPECT_EQ(queue().List({.after = second.id}, 10).value()[0].id, first.id);
  // The list may be a moment behind what the statement itself says.
  while (queue().List({.state = StatementState::kFailed}, 10).value().empty()) std::this_thread::yield();
  EXPECT_EQ(queue().List({.state = StatementState::kFailed}, 10).value().size(), 1u);
}

TEST_F(StatementQueueTest, RemovesOldStatementsWithTheirRows) {
  Open();
  const auto submitted = Submit("SELECT 1");
  const auto ended = WaitForState(submitted.id, StatementState::kSucceeded);
  service_.queue_options.retention = std::chrono::milliseconds(-10'000);
  Open();
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (queue().Get(submitted.id).ok() && std::chrono::steady_clock::now() < deadline)
    std::this_thread::yield();
  EXPECT_THAT(queue().Get(submitted.id), HasError(Code::kNotFound, submitted.id));
  EXPECT_THAT(service_.lake().store().Head("results", ended.place().Key()), HasError(Code::kNotFound, ""));
}

TEST_F(StatementQueueTest, SaysThatAResultExpired) {
  service_.primary.result_expiry = std::chrono::milliseconds(0);
  Open();
  const auto submitted = Submit("SELECT 1");
  WaitForState(submitted.id, StatementState::kSucceeded);
  EXPECT_THAT(Results(submitted.id, {}), HasError(Code::kNotFound, "expired"));
  Open();  // its first sweep takes the rows away; the statement stays in the history
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!queue().Get(submitted.id)->result_id.empty() && std::chrono::steady_clock::now() < deadline)
    std::this_thread::yield();
  EXPECT_THAT(service_.lake().store().Head("results", submitted.place().Key()),
              HasError(Code::kNotFound, ""));
  EXPECT_EQ(queue().Get(submitted.id)->rows, 1);
}

}  // namespace
}  // namespace tarn::query
