#include <gtest/gtest.h>

#include <future>

#include "common/http_client/http_client.h"
#include "common/time/time.h"
#include "tests/support/result_matchers.h"
#include "tests/unit/common/http_client/raw_server.h"

namespace tarn::http_client {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr RetryPolicy kQuick{.max_attempts = 4,
                             .initial_backoff = milliseconds(1),
                             .max_backoff = milliseconds(5),
                             .max_retry_after = milliseconds(2'000)};

Request Get(const std::string& url) {
  Request request;
  request.url = url;
  return request;
}

std::optional<milliseconds> RetryAfterOf(const std::string& value) {
  Response response;
  response.headers = {{"rEtRy-AfTeR", value}};
  return RetryAfter(response);
}

TEST(RetryAfter, ReadsSecondsAndDates) {
  EXPECT_EQ(RetryAfterOf("0"), seconds(0));
  EXPECT_EQ(RetryAfterOf("120"), seconds(120));
  const auto until_date = RetryAfterOf(FormatHttpDate(Now() + seconds(100)));
  ASSERT_TRUE(until_date.has_value());
  EXPECT_GT(*until_date, seconds(90));
  EXPECT_LE(*until_date, seconds(100));
  EXPECT_EQ(RetryAfterOf("Sun, 06 Nov 1994 08:49:37 GMT"), milliseconds(0));
}

TEST(RetryAfter, IgnoresWhatItCannotRead) {
  EXPECT_EQ(RetryAfter(Response()), std::nullopt);
  for (const char* value : {"", "soon", "-1", "1.5", "1 2"})
    EXPECT_EQ(RetryAfterOf(value), std::nullopt) << value;
}

TEST(RetryAfter, BoundsAbsurdDelaysInsteadOfOverflowing) {
  EXPECT_GT(RetryAfterOf("99999999999999999999999999"), seconds(86'400));
  EXPECT_GT(RetryAfterOf("18446744073709551615"), seconds(86'400));
}

TEST(Backoff, StaysUnderAnExponentiallyGrowingCeiling) {
  const RetryPolicy policy{.initial_backoff = milliseconds(100), .max_backoff = milliseconds(1'000)};
  for (int i = 0; i < 200; ++i) {
    EXPECT_LE(Backoff(policy, 1), milliseconds(100));
    EXPECT_LE(Backoff(policy, 3), milliseconds(400));
    EXPECT_LE(Backoff(policy, 1'000'000), milliseconds(1'000));
    EXPECT_GE(Backoff(policy, 5), milliseconds(0));
  }
}

TEST(SendWithRetry, RepeatsServerErrorsAndRateLimitsUntilSuccess) {
  RawServer server([](const auto& received) {
    if (received.number == 1) return RawServer::Ok(503, "");
    if (received.number == 2) return RawServer::Ok(429, "", "Retry-After: 0\r\n");
    if (received.number == 3) return RawServer::Answer{.bytes = "HTTP/1.1 200 OK\r\n", .close = true};
    return RawServer::Ok(200, "done");
  });
  HttpClient client;
  std::vector<std::string> reasons;
  const auto response =
      client.SendWithRetry(Get(server.Url()), kQuick, [&](int attempt, milliseconds, const std::string& why) {
        EXPECT_EQ(attempt, static_cast<int>(reasons.size()) + 1);
        reasons.push_back(why);
      });
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->body, "done");
  ASSERT_EQ(reasons.size(), 3u);
  EXPECT_EQ(reasons[0], "HTTP status 503");
  EXPECT_EQ(reasons[1], "HTTP status 429");
}

TEST(SendWithRetry, ReturnsTheLastAnswerWhenTriesRunOut) {
  RawServer server([](const auto&) { return RawServer::Ok(500, ""); });
  HttpClient client;
  EXPECT_EQ(client.SendWithRetry(Get(server.Url()), kQuick)->status, 500);
  EXPECT_EQ(server.requests(), 4);
}

TEST(SendWithRetry, DoesNotRepeatWhatWouldFailAgain) {
  for (const int status : {400, 401, 404, 501}) {
    RawServer server([status](const auto&) { return RawServer::Ok(status, ""); });
    HttpClient client;
    EXPECT_EQ(client.SendWithRetry(Get(server.Url()), kQuick)->status, status);
    EXPECT_EQ(server.requests(), 1);
  }
}

TEST(SendWithRetry, WaitsAsLongAsRetryAfterSays) {
  RawServer server([](const auto& received) {
    return received.number == 1 ? RawServer::Ok(429, "", "retry-after: 1\r\n") : RawServer::Ok(200, "");
  });
  HttpClient client;
  const auto start = std::chrono::steady_clock::now();
  ASSERT_EQ(client.SendWithRetry(Get(server.Url()), kQuick)->status, 200);
  EXPECT_GE(std::chrono::steady_clock::now() - start, seconds(1));
}

TEST(SendWithRetry, HandsAnAbsurdRetryAfterToTheCaller) {
  RawServer server([](const auto&) { return RawServer::Ok(429, "", "Retry-After: 86400\r\n"); });
  HttpClient client;
  EXPECT_EQ(client.SendWithRetry(Get(server.Url()), kQuick)->status, 429);
  EXPECT_EQ(server.requests(), 1);
}

TEST(SendWithRetry, StopsWaitingWhenCancelled) {
  RawServer server([](const auto&) { return RawServer::Ok(429, "", "Retry-After: 30\r\n"); });
  HttpClient client;
  RetryPolicy patient = kQuick;
  patient.max_retry_after = seconds(60);
  std::stop_source stop;
  Request request = Get(server.Url());
  request.cancelled = stop.get_token();
  const auto start = std::chrono::steady_clock::now();
  const auto result = client.SendWithRetry(
      request, patient, [&](int, milliseconds, const std::string&) { stop.request_stop(); });
  EXPECT_THAT(result, HasError(Code::kCancelled, ""));
  EXPECT_LT(std::chrono::steady_clock::now() - start, seconds(5));
}

}  // namespace
}  // namespace tarn::http_client
