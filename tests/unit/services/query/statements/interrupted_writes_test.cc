#include <gmock/gmock.h>

#include "services/query/statements/statement_queue.h"
#include "tests/support/result_matchers.h"
#include "tests/unit/services/query/test_service.h"

namespace tarn::query {
namespace {

constexpr const char* kUnload = "UNLOAD (SELECT * FROM range(5) t(i)) TO 's3://transformed/out/'";

// A process that died is one that left a statement running; what it had done by then is done for real.
class InterruptedWrites : public testing::Test {
 protected:
  StatementRequest Request(const std::string& sql) {
    return {.sql = sql, .database = "spotify", .workgroup = "primary", .write_id = "01write"};
  }

  void LeaveRunning(const std::string& sql) {
    Statement left;
    left.id = left.result_id = "01write";
    left.request = Request(sql);
    left.created_at = Now();
    ASSERT_THAT(service_.statements().Add(left, 10), IsOk());
    ASSERT_TRUE(service_.statements().TakeNext("primary").value());
  }

  std::vector<object_store::ObjectInfo> Written() {
    return service_.lake().store().List({"transformed", "out/", "", "", 10})->objects;
  }

  TestService service_;
};

TEST_F(InterruptedWrites, SucceedIfTheirRowsWereCommitted) {
  LeaveRunning(kUnload);
  ASSERT_THAT(service_.lake().runner().Start(Request(kUnload), {}), IsOk());
  const auto before = Written();
  ASSERT_EQ(before.size(), 1u);
  service_.Restart();
  const auto ended = service_.WaitForState("01write", StatementState::kSucceeded);
  const auto rows = service_.results().Read(ended.place(), ended.columns, 0, {}, {});
  ASSERT_THAT(rows, IsOk());
  EXPECT_EQ((*rows)->Next().value()->Text(0, 0), "5");
  ASSERT_EQ(Written().size(), 1u);
  EXPECT_EQ(Written()[0].version, before[0].version);
}

TEST_F(InterruptedWrites, SucceedAlsoIfTheirFilesAreGoneMeanwhile) {
  LeaveRunning(kUnload);
  ASSERT_THAT(service_.lake().runner().Start(Request(kUnload), {}), IsOk());
  ASSERT_THAT(service_.lake().store().Delete("transformed", Written()[0].key), IsOk());
  service_.Restart();
  service_.WaitForState("01write", StatementState::kSucceeded);
  EXPECT_TRUE(Written().empty());
}

TEST_F(InterruptedWrites, FailIfTheyDiedBeforeTheCommitAndNeverWriteAfterThat) {
  LeaveRunning(kUnload);
  ASSERT_THAT(
      service_.lake().journal().Record({"01write", 5, "", "", "transformed", "out/01write-0.parquet"}),
      IsOk());
  service_.Restart();
  const auto ended = service_.WaitForState("01write", StatementState::kFailed);
  EXPECT_EQ(ended.error->code(), Code::kUnavailable);
  EXPECT_THAT(ended.error->message(), testing::HasSubstr("has written nothing"));
  ASSERT_THAT(service_.lake().runner().Start(Request(kUnload), {}), IsOk());
  EXPECT_TRUE(Written().empty());
}

TEST_F(InterruptedWrites, FailIfTheyHadNotBegunToWrite) {
  LeaveRunning(kUnload);
  service_.Restart();
  EXPECT_THAT(service_.WaitForState("01write", StatementState::kFailed).error->message(),
              testing::HasSubstr("has written nothing; submit it again"));
}

TEST_F(InterruptedWrites, SayThatItIsNotKnownOfDdl) {
  LeaveRunning("DROP TABLE songs");
  service_.Restart();
  EXPECT_THAT(service_.WaitForState("01write", StatementState::kFailed).error->message(),
              testing::HasSubstr("may have been carried out"));
}

TEST_F(InterruptedWrites, AreTakenOnceForOneKey) {
  service_.Restart();
  const auto first = service_.queue().Submit(Request(kUnload));
  ASSERT_THAT(first, IsOk());
  const auto second = service_.queue().Submit(Request(kUnload));
  ASSERT_THAT(second, IsOk());
  EXPECT_EQ(first->id, second->id);
  service_.WaitForState("01write", StatementState::kSucceeded);
  EXPECT_EQ(service_.statements().List({}, 10)->size(), 1u);
  EXPECT_EQ(Written().size(), 1u);
}

TEST_F(InterruptedWrites, KnowARequestByItsKey) {
  http::Request request;
  const StatementParts parts = service_.parts();
  EXPECT_EQ(parts.requests.IdOf(request).value(), "");
  request.headers.Set("Idempotency-Key", "a");
  request.body = "INSERT";
  const std::string id = parts.requests.IdOf(request).value();
  EXPECT_EQ(parts.requests.IdOf(request).value(), id);
  request.body = "DELETE";
  EXPECT_THAT(parts.requests.IdOf(request), HasError(Code::kUnprocessable, "header:Idempotency-Key"));
  request.headers.Set("Idempotency-Key", "b");
  EXPECT_NE(parts.requests.IdOf(request).value(), id);
}

TEST_F(InterruptedWrites, AreNotAnsweredByEarlierOnes) {
  service_.Restart();
  auto request = Request("UNLOAD (SELECT song_id FROM songs) TO 's3://transformed/out/'");
  request.max_age = std::chrono::hours(1);
  ASSERT_THAT(service_.queue().Submit(request), IsOk());
  service_.WaitForState("01write", StatementState::kSucceeded);
  EXPECT_FALSE(service_.queue().FindReusable(request, {}).value());
  // Another may stand under the name by now.
  ASSERT_THAT(service_.lake().Run("PREPARE p FROM SELECT song_id FROM songs", "spotify"), IsOk());
  auto execute = Request("EXECUTE p");
  execute.write_id = "02read";
  execute.max_age = std::chrono::hours(1);
  ASSERT_THAT(service_.queue().Submit(execute), IsOk());
  service_.WaitForState("02read", StatementState::kSucceeded);
  EXPECT_FALSE(service_.queue().FindReusable(execute, {}).value());
}

}  // namespace
}  // namespace tarn::query
