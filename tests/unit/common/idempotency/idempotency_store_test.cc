#include "common/idempotency/idempotency_store.h"

#include <future>

#include "tests/support/result_matchers.h"

namespace tarn {
namespace {

class IdempotencyStoreTest : public testing::Test {
 protected:
  IdempotencyStoreTest() : database(std::move(*sqlite::Database::Open(":memory:"))), store(*database) {
    EXPECT_THAT(database->Migrate({IdempotencyStore::kMigration}), IsOk());
  }

  http::Request Post(const std::string& key, const std::string& body) {
    http::Request request;
    request.method = http::Method::kPost;
    request.target = "/v1/runs";
    request.body = body;
    if (!key.empty()) request.headers.Add("idempotency-key", key);
    return request;
  }

  http::Handler Counting(int status) {
    return [this, status](http::Request&) -> Result<http::Response> {
      auto response = http::Response::Text(status, "run " + std::to_string(++calls));
      response.headers.Add("Location", "/v1/runs/" + std::to_string(calls));
      return response;
    };
  }

  std::unique_ptr<sqlite::Database> database;
  IdempotencyStore store;
  int calls = 0;
};

TEST_F(IdempotencyStoreTest, ARepeatedKeyGetsTheFirstAnswerAgain) {
  const auto handler = store.Wrap(Counting(202));
  auto first = Post("k", "{}"), second = Post("k", "{}");
  EXPECT_EQ(handler(first)->body, "run 1");
  const auto again = handler(second);
  EXPECT_EQ(again->body, "run 1");
  EXPECT_EQ(again->status, 202);
  EXPECT_EQ(again->headers.Find("location"), "/v1/runs/1");
  EXPECT_EQ(calls, 1);
}

TEST_F(IdempotencyStoreTest, WithoutAKeyEveryRequestWorks) {
  const auto handler = store.Wrap(Counting(202));
  auto first = Post("", "{}"), second = Post("", "{}");
  EXPECT_THAT(handler(first), IsOk());
  EXPECT_THAT(handler(second), IsOk());
  EXPECT_EQ(calls, 2);
}

TEST_F(IdempotencyStoreTest, AKeyIsForOneRequestOnly) {
  const auto handler = store.Wrap(Counting(202));
  auto first = Post("k", "{}"), other = Post("k", "{\"a\":1}");
  EXPECT_THAT(handler(first), IsOk());
  EXPECT_THAT(handler(other), HasError(Code::kUnprocessable, "another request"));
}

TEST_F(IdempotencyStoreTest, AServersFailureIsNotKept) {
  const auto handler = store.Wrap(Counting(503));
  auto first = Post("k", "{}"), second = Post("k", "{}");
  EXPECT_EQ(handler(first)->body, "run 1");
  EXPECT_EQ(handler(second)->body, "run 2");
}

TEST_F(IdempotencyStoreTest, WhileTheFirstIsAtWorkTheSecondIsAConflict) {
  std::promise<void> entered, leave;
  const auto handler = store.Wrap([&](http::Request&) -> Result<http::Response> {
    entered.set_value();
    leave.get_future().wait();
    return http::Response::Text(202, "done");
  });
  auto first = Post("k", "{}"), second = Post("k", "{}");
  auto running = std::async(std::launch::async, [&] { return handler(first).ok(); });
  entered.get_future().wait();
  EXPECT_THAT(handler(second), HasError(Code::kConflict, "still at work"));
  leave.set_value();
  EXPECT_TRUE(running.get());
}

TEST_F(IdempotencyStoreTest, RefusesAnAbsurdKey) {
  const auto handler = store.Wrap(Counting(202));
  auto request = Post(std::string(256, 'k'), "{}");
  EXPECT_THAT(handler(request), HasError(Code::kInvalidArgument, "Idempotency-Key"));
}

}  // namespace
}  // namespace tarn
