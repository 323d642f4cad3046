#include <future>

#include "services/extract/sources/client/source_client.h"
#include "tests/support/result_matchers.h"
#include "tests/unit/common/http_client/raw_server.h"
#include "tests/unit/services/extract/sources/client/client_lab.h"

namespace tarn::extract {
namespace {

using std::chrono::hours;

class OneTry : public ClientLab {};

TEST_F(OneTry, IsCountedAndNeitherRepeatedNorLedElsewhere) {
  RawServer server([](const auto& received) {
    return RawServer::Ok(received.number == 1 ? 503 : 302, "abc", "Location: /x\r\n");
  });
  SourceClient client = Client();
  EXPECT_EQ(client.SendOnce(Get(server.Url()), false)->status, 503);
  EXPECT_EQ(client.SendOnce(Get(server.Url()), true)->status, 302);
  EXPECT_EQ(server.requests(), 2);
  EXPECT_EQ(progress["requests"], 2);
  EXPECT_EQ(progress["retries"], 1);
  EXPECT_EQ(progress["bytes_received"], 6);
}

TEST_F(OneTry, TakesFromTheBudgetOfAllRequests) {
  UseLimits({.requests = 2, .per = hours(1)});
  RawServer server([](const auto&) { return RawServer::Ok(200, ""); });
  SourceClient client = Client();
  EXPECT_THAT(client.Send(Get(server.Url())), IsOk());
  EXPECT_THAT(client.SendOnce(Get(server.Url()), false), IsOk());
  EXPECT_THAT(client.SendOnce(Get(server.Url()), false), HasError(Code::kResourceExhausted, "used up"));
  EXPECT_THAT(client.OpenOnce(Get(server.Url()), false), HasError(Code::kResourceExhausted, "used up"));
  EXPECT_EQ(server.requests(), 2);
  EXPECT_EQ(client.ResumeAfter(), hours(1));
}

TEST_F(OneTry, OpensTheCircuitAndIsNotRepeatedThen) {
  UseLimits({.breaker_failures = 2, .breaker_pause = hours(1)});
  RawServer server([](const auto&) { return RawServer::Ok(500, ""); });
  SourceClient client = Client();
  for (int i = 0; i < 2; ++i) EXPECT_EQ(client.SendOnce(Get(server.Url()), i > 0)->status, 500);
  // Not kUnavailable, which would be tried again.
  EXPECT_THAT(client.SendOnce(Get(server.Url()), true), HasError(Code::kResourceExhausted, "left alone"));
  EXPECT_EQ(server.requests(), 2);
  EXPECT_EQ(client.ResumeAfter(), hours(1));
}

TEST_F(OneTry, IsPutOffByWhatTheSourceAsksFor) {
  RawServer server([](const auto&) { return RawServer::Ok(503, "", "Retry-After: 3600\r\n"); });
  SourceClient client = Client();
  EXPECT_THAT(client.SendOnce(Get(server.Url()), false), HasError(Code::kResourceExhausted, "3600"));
  EXPECT_THAT(client.Send(Get(server.Url())), HasError(Code::kResourceExhausted, ""));
  EXPECT_EQ(server.requests(), 1);
}

TEST_F(OneTry, KeepsItsTurnUntilTheBodyHasCome) {
  UseLimits({.concurrency = 1});
  RawServer server([](const auto&) { return RawServer::Ok(200, "body"); });
  SourceClient client = Client();
  auto stream = client.OpenOnce(Get(server.Url()), false);
  ASSERT_THAT(stream, IsOk());
  auto next = std::async(std::launch::async, [&] { return client.SendOnce(Get(server.Url()), false); });
  WaitUntilWaiting(1);
  EXPECT_EQ(server.requests(), 1);
  char body[8];
  while (*(*stream)->Read(body, sizeof body) > 0) continue;
  EXPECT_THAT(next.get(), IsOk());

  stream = client.OpenOnce(Get(server.Url()), false);
  auto last = std::async(std::launch::async, [&] { return client.SendOnce(Get(server.Url()), false); });
  WaitUntilWaiting(1);
  stream->reset();
  EXPECT_THAT(last.get(), IsOk());
}

}  // namespace
}  // namespace tarn::extract
