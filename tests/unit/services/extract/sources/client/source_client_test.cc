#include "services/extract/sources/client/source_client.h"

#include <filesystem>
#include <future>

#include "common/compression/gzip.h"
#include "common/time/time.h"
#include "services/extract/sources/client/body_sink.h"
#include "tests/support/result_matchers.h"
#include "tests/unit/common/http_client/raw_server.h"
#include "tests/unit/common/http_client/tls_server.h"
#include "tests/unit/services/extract/sources/client/client_lab.h"

namespace tarn::extract {
namespace {

using http_client::Request;
using http_client::Response;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::Not;

class SourceClientTest : public ClientLab {
 protected:
  std::future<Result<Response>> SendLater(const Request& request) {
    return std::async(std::launch::async, [this, request] { return Client().Send(request); });
  }
};

TEST_F(SourceClientTest, RepeatsWhatMayPass) {
  const int statuses[] = {500, 429, 408, 200};
  RawServer server(
      [&](const auto& received) { return RawServer::Ok(statuses[received.number - 1], "body"); });
  const auto response = Client().Send(Get(server.Url()));
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(progress["requests"], 4);
  EXPECT_EQ(progress["retries"], 3);
  EXPECT_EQ(progress["bytes_received"], 16);
}

TEST_F(SourceClientTest, ReturnsTheLastAnswerWhenAllTriesAreUsedUp) {
  RawServer server([](const auto&) { return RawServer::Ok(503, "down"); });
  const auto response = Client().Send(Get(server.Url()));
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->status, 503);
  EXPECT_EQ(progress["requests"], 4);
}

TEST_F(SourceClientTest, TakesOtherAnswersAsTheyAre) {
  for (const int status : {400, 401, 403, 404, 501}) {
    RawServer server([&](const auto&) { return RawServer::Ok(status, ""); });
    EXPECT_EQ(Client().Send(Get(server.Url()))->status, status);
    EXPECT_EQ(server.requests(), 1);
  }
}

TEST_F(SourceClientTest, LetsTheCallerJudge) {
  RawServer server(
      [](const auto& received) { return RawServer::Ok(200, received.number < 3 ? "busy" : "ready"); });
  const auto response = Client().Send(Get(server.Url()), [](const Response& each) {
    return each.body == "busy" ? Verdict::kRetry : Verdict::kTake;
  });
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->body, "ready");
}

TEST_F(SourceClientTest, AsksAgainWhenAConnectionBreaksInTheMiddleOfABody) {
  RawServer server([](const auto& received) {
    if (received.number > 1) return RawServer::Ok(200, "0123456789");
    return RawServer::Answer{.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123", .close = true};
  });
  const auto response = Client().Send(Get(server.Url()));
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->body, "0123456789");
  EXPECT_EQ(progress["retries"], 1);
}

TEST_F(SourceClientTest, SaysWhereWhenNobodyAnswers) {
  std::string url;
  {
    RawServer gone([](const auto&) { return RawServer::Ok(200, ""); });
    url = gone.Url("/path");
  }
  const auto response = Client().Send(Get(url + "?key=secret"));
  ASSERT_THAT(response, HasError(Code::kUnavailable, "cannot reach"));
  EXPECT_EQ(response.error().where(), url);
  EXPECT_EQ(progress["requests"], 4);
}

TEST_F(SourceClientTest, RepeatsATimeout) {
  RawServer server([](const auto& received) {
    return received.number > 1 ? RawServer::Ok(200, "") : RawServer::Answer{.hold = true};
  });
  Request request = Get(server.Url());
  request.timeout = std::chrono::milliseconds(200);
  EXPECT_THAT(Client().Send(request), IsOk());
}

TEST_F(SourceClientTest, ReadsNothingOfABodyThatSaysItIsTooLarge) {
  RawServer server([](const auto&) {
    return RawServer::Answer{.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 5000000000\r\n\r\n", .hold = true};
  });
  Request request = Get(server.Url());
  request.max_response_bytes = 10 << 20;
  EXPECT_THAT(Client().Send(request), HasError(Code::kTooLarge, "10485760"));
  const auto file = std::filesystem::path(testing::TempDir()) / "never_downloaded";
  EXPECT_THAT(Client().Download(request, file), HasError(Code::kTooLarge, "10485760"));
  EXPECT_FALSE(std::filesystem::exists(file));
  EXPECT_EQ(server.requests(), 2);
  EXPECT_EQ(progress["retries"], 0);
}

TEST_F(SourceClientTest, RefusesACertificateThatDoesNotVerifyAndDoesNotAskAgain) {
  SelfSignedServer server;
  const auto response = Client().Send(Get(server.Url("/x?key=secret")));
  ASSERT_THAT(response, HasError(Code::kPermissionDenied, "certificate"));
  EXPECT_EQ(response.error().where(), server.Url("/x"));
  EXPECT_EQ(server.connections(), 1);
  EXPECT_EQ(server.handshakes(), 0);
}

TEST_F(SourceClientTest, WaitsAsLongAsTheSourceAsksAndSoDoAllItsRequests) {
  RawServer server([](const auto& received) {
    return received.number == 1 ? RawServer::Ok(429, "", "Retry-After: 30\r\n") : RawServer::Ok(200, "");
  });
  auto first = SendLater(Get(server.Url()));
  WaitUntilWaiting(1);
  auto second = SendLater(Get(server.Url()));
  WaitUntilWaiting(2);
  EXPECT_EQ(server.requests(), 1);
  Pass(seconds(30));
  EXPECT_EQ(first.get()->status, 200);
  EXPECT_EQ(second.get()->status, 200);
}

TEST_F(SourceClientTest, PutsTheRunOffWhenTheSourceAsksForTooLong) {
  const std::string date = FormatHttpDate(Now() + hours(2));
  for (const std::string& value : {std::string("7200"), date}) {
    governor = std::make_shared<SourceGovernor>(limits);
    RawServer server([&](const auto&) { return RawServer::Ok(429, "", "Retry-After: " + value + "\r\n"); });
    SourceClient client = Client();
    EXPECT_EQ(client.ResumeAfter(), std::nullopt);
    const auto response = client.Send(Get(server.Url("/x?key=secret")));
    ASSERT_THAT(response, HasError(Code::kResourceExhausted, "asked to wait"));
    EXPECT_EQ(response.error().where(), server.Url("/x"));
    ASSERT_TRUE(client.ResumeAfter().has_value());
    EXPECT_GT(*client.ResumeAfter(), minutes(119));
    EXPECT_LE(*client.ResumeAfter(), hours(2));
    EXPECT_EQ(server.requests(), 1);

    SourceClient other = Client();
    EXPECT_THAT(other.Send(Get(server.Url())), HasError(Code::kResourceExhausted, "limit"));
    EXPECT_GT(other.ResumeAfter(), minutes(119));
    EXPECT_EQ(server.requests(), 1);
  }
}

TEST_F(SourceClientTest, EndsAWaitAtOnceWhenCancelled) {
  RawServer server([](const auto&) { return RawServer::Ok(503, "", "Retry-After: 50\r\n"); });
  auto response = SendLater(Get(server.Url()));
  WaitUntilWaiting(1);
  stop.request_stop();
  EXPECT_THAT(response.get(), HasError(Code::kCancelled, "cancelled"));
  EXPECT_EQ(server.requests(), 1);
}

TEST_F(SourceClientTest, EndsABackoffAtOnceWhenCancelled) {
  retry.initial_backoff = retry.max_backoff = hours(10);
  std::promise<void> asked;
  RawServer server([&](const auto&) {
    asked.set_value();
    return RawServer::Ok(500, "");
  });
  auto response = SendLater(Get(server.Url()));
  asked.get_future().wait();
  stop.request_stop();
  EXPECT_THAT(response.get(), HasError(Code::kCancelled, "cancelled"));
}

TEST_F(SourceClientTest, LeavesTheSourceAloneWhenNothingRemainsOfItsBudget) {
  RawServer server([](const auto&) {
    return RawServer::Ok(200, "", "X-RateLimit-Remaining: 0\r\nX-RateLimit-Reset: 20\r\n");
  });
  EXPECT_THAT(Client().Send(Get(server.Url())), IsOk());
  auto second = SendLater(Get(server.Url()));
  WaitUntilWaiting(1);
  EXPECT_EQ(server.requests(), 1);
  Pass(seconds(20));
  EXPECT_THAT(second.get(), IsOk());
}

TEST_F(SourceClientTest, PutsTheRunOffWhenTheBudgetIsFilledUpTooLate) {
  RawServer server([](const auto&) { return RawServer::Ok(200, "", "RateLimit: \"hour\";r=0;t=3000\r\n"); });
  SourceClient client = Client();
  EXPECT_THAT(client.Send(Get(server.Url())), IsOk());
  EXPECT_THAT(client.Send(Get(server.Url())), HasError(Code::kResourceExhausted, "3000 s"));
  EXPECT_EQ(client.ResumeAfter(), seconds(3000));
  EXPECT_EQ(server.requests(), 1);
}

TEST_F(SourceClientTest, TakesA403ThatNamesALimitForOneThatPasses) {
  RawServer server([](const auto& received) {
    return received.number > 1
               ? RawServer::Ok(200, "")
               : RawServer::Ok(403, "", "X-RateLimit-Remaining: 0\r\nX-RateLimit-Reset: 9\r\n");
  });
  auto response = SendLater(Get(server.Url()));
  WaitUntilWaiting(1);
  Pass(seconds(9));
  EXPECT_EQ(response.get()->status, 200);
}

TEST_F(SourceClientTest, StopsAskingASourceThatIsDown) {
  UseLimits({.breaker_failures = 6, .breaker_pause = seconds(60)});
  std::atomic<bool> up = false;
  RawServer server([&](const auto&) { return RawServer::Ok(up ? 200 : 500, ""); });
  SourceClient client = Client();
  EXPECT_EQ(client.Send(Get(server.Url()))->status, 500);
  EXPECT_THAT(client.Send(Get(server.Url())), HasError(Code::kUnavailable, "left alone for 60 s"));
  EXPECT_EQ(client.ResumeAfter(), seconds(60));
  EXPECT_EQ(server.requests(), 6);

  Pass(seconds(60));
  up = true;
  EXPECT_EQ(client.Send(Get(server.Url()))->status, 200);
}

TEST_F(SourceClientTest, AsksForGzipAndUnpacksIt) {
  const std::string text(100'000, 'x'), packed = compression::Gzip(text);
  std::string head;
  RawServer server([&](const auto& received) {
    head = received.head;
    return RawServer::Ok(200, packed, "Content-Encoding: gzip\r\n");
  });
  const auto response = Client().Send(Get(server.Url()));
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->body, text);
  EXPECT_THAT(head, HasSubstr("Accept-Encoding: gzip\r\n"));
  EXPECT_EQ(progress["bytes_received"], static_cast<int64_t>(packed.size()));

  Request part = Get(server.Url());
  part.headers = {{"Range", "bytes=5-"}};
  EXPECT_EQ(Client().Send(part)->body, packed);
  EXPECT_THAT(head, Not(HasSubstr("Accept-Encoding")));
}

TEST_F(SourceClientTest, StopsUnpackingOverTheLimit) {
  const std::string bomb = compression::Gzip(std::string(50 << 20, '\0'));
  ASSERT_LT(bomb.size(), 100'000u);
  RawServer server([&](const auto&) { return RawServer::Ok(200, bomb, "Content-Encoding: gzip\r\n"); });
  Request request = Get(server.Url());
  request.max_response_bytes = 1 << 20;
  EXPECT_THAT(Client().Send(request), HasError(Code::kTooLarge, "1048576"));
  EXPECT_EQ(server.requests(), 1);
}

/// Wants the rest of "0123456789".
class Rest : public BodySink {
 public:
  Status Begin(Request& request) override {
    if (!content.empty())
      request.headers.emplace_back("Range", "bytes=" + std::to_string(content.size()) + "-");
    return Ok();
  }
  Result<bool> OnHeader(const Response&) override { return true; }
  Status OnData(std::string_view data) override {
    content += data;
    return Ok();
  }
  std::string content;
};

TEST_F(SourceClientTest, GoesOnWhereABrokenBodyEnded) {
  RawServer server([](const auto& received) {
    const size_t from = received.number == 1 ? 0 : 4;
    const std::string rest = std::string("0123456789").substr(from);
    RawServer::Answer answer = RawServer::Ok(from == 0 ? 200 : 206, rest);
    if (received.number > 1) return answer;
    answer.bytes.resize(answer.bytes.size() - 6);
    answer.close = true;
    return answer;
  });
  Rest rest;
  ASSERT_THAT(Client().Fetch(Get(server.Url()), rest), IsOk());
  EXPECT_EQ(rest.content, "0123456789");
  EXPECT_EQ(progress["retries"], 1);
}

TEST_F(SourceClientTest, IsUsedFromManyThreads) {
  UseLimits({.concurrency = 4});
  retry.max_attempts = 20;  // one request may meet several of the failures
  std::atomic<int> under_way = 0, most = 0;
  RawServer server([&](const auto& received) {
    const int now = ++under_way;
    for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
    }
    --under_way;
    return RawServer::Ok(received.number % 10 == 0 ? 500 : 200, "x");
  });
  SourceClient client = Client();
  std::vector<std::jthread> threads;
  std::atomic<int> answers = 0;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int k = 0; k < 25; ++k) answers += client.Send(Get(server.Url()))->status == 200;
    });
  }
  threads.clear();
  EXPECT_EQ(answers, 200);
  EXPECT_LE(most, 4);
  EXPECT_EQ(progress["requests"], 200 + progress["retries"]);
}

}  // namespace
}  // namespace tarn::extract
