#include <gtest/gtest.h>

#include <future>

#include "common/http_client/http_client.h"
#include "tests/support/result_matchers.h"
#include "tests/unit/common/http_client/raw_server.h"
#include "tests/unit/common/http_client/string_source.h"

namespace tarn::http_client {
namespace {

using testing::HasSubstr;
using testing::Not;

Request To(const std::string& url, const std::string& method = "GET") {
  Request request;
  request.url = url;
  request.method = method;
  return request;
}

std::string Pattern(size_t size) {
  std::string text(size, ' ');
  for (size_t i = 0; i < size; ++i) text[i] = static_cast<char>('a' + i % 23);
  return text;
}

Result<std::string> ReadAll(ResponseStream& stream, size_t piece = 10'000) {
  std::string all, buffer(piece, 0);
  for (;;) {
    TARN_ASSIGN(const size_t count, stream.Read(buffer.data(), piece));
    if (count == 0) return all;
    all.append(buffer, 0, count);
  }
}

TEST(BodySource, IsSentWithItsLength) {
  std::string head, body;
  RawServer server([&](const auto& received) {
    head = received.head;
    body = received.body;
    return RawServer::Ok(200, "");
  });
  HttpClient client;
  StringSource source(Pattern(3'000'000));
  Request request = To(server.Url("/x"), "PUT");
  request.body_source = &source;
  ASSERT_THAT(client.Send(request), IsOk());
  EXPECT_THAT(head, HasSubstr("PUT /x HTTP/1.1\r\n"));
  EXPECT_THAT(head, HasSubstr("Content-Length: 3000000\r\n"));
  EXPECT_THAT(head, Not(HasSubstr("Transfer-Encoding")));
  EXPECT_EQ(body, Pattern(3'000'000));
}

TEST(BodySource, MayBeEmpty) {
  std::string head;
  RawServer server([&](const auto& received) {
    head = received.head;
    return RawServer::Ok(200, "");
  });
  HttpClient client;
  StringSource source("");
  Request request = To(server.Url("/x"), "PUT");
  request.body_source = &source;
  ASSERT_THAT(client.Send(request), IsOk());
  EXPECT_THAT(head, HasSubstr("Content-Length: 0\r\n"));
}

TEST(BodySource, StartsAgainForEachTry) {
  std::vector<std::string> bodies;
  RawServer server([&](const auto& received) {
    bodies.push_back(received.body);
    return RawServer::Ok(received.number < 3 ? 503 : 200, "");
  });
  HttpClient client;
  StringSource source("content");
  Request request = To(server.Url("/x"), "PUT");
  request.body_source = &source;
  RetryPolicy policy;
  policy.initial_backoff = std::chrono::milliseconds(1);
  ASSERT_THAT(client.SendWithRetry(request, policy), IsOk());
  EXPECT_THAT(bodies, testing::ElementsAre("content", "content", "content"));
}

TEST(BodySource, ThatEndsEarlyFailsTheExchange) {
  RawServer server([](const auto&) { return RawServer::Ok(200, ""); });
  HttpClient client;
  StringSource source("short", 10);
  Request request = To(server.Url("/x"), "PUT");
  request.body_source = &source;
  EXPECT_THAT(client.Send(request), HasError(Code::kInternal, "ended before its declared size"));
}

TEST(ResponseStream, DeliversTheBodyWhilePausingTheServer) {
  const std::string content = Pattern(5'000'000);
  RawServer server([&](const auto&) { return RawServer::Ok(200, content, "ETag: \"x\"\r\n"); });
  HttpClient client;
  for (int round = 0; round < 2; ++round) {
    const auto stream = client.Open(To(server.Url()));
    ASSERT_THAT(stream, IsOk());
    EXPECT_EQ((*stream)->response().Header("etag"), "\"x\"");
    const auto all = ReadAll(**stream);
    ASSERT_THAT(all, IsOk());
    EXPECT_TRUE(*all == content);
  }
  EXPECT_EQ(server.connections(), 1) << "a stream read to its end keeps the connection";
}

TEST(ResponseStream, IsThereBeforeTheBodyIs) {
  RawServer server([](const auto&) {
    return RawServer::Answer{.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n", .hold = true};
  });
  HttpClient client;
  const auto stream = client.Open(To(server.Url()));
  ASSERT_THAT(stream, IsOk());
  EXPECT_EQ((*stream)->response().status, 200);
}

TEST(ResponseStream, HoldsTheBodyOfAFailureInTheResponse) {
  RawServer server([](const auto&) { return RawServer::Ok(404, "why"); });
  HttpClient client;
  const auto stream = client.Open(To(server.Url()));
  ASSERT_THAT(stream, IsOk());
  EXPECT_EQ((*stream)->response().status, 404);
  EXPECT_EQ((*stream)->response().body, "why");
  char byte;
  EXPECT_EQ(*(*stream)->Read(&byte, 1), 0u);
}

TEST(ResponseStream, ReportsABodyThatBreaksOff) {
  RawServer server([](const auto&) {
    return RawServer::Answer{.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", .close = true};
  });
  HttpClient client;
  const auto stream = client.Open(To(server.Url()));
  ASSERT_THAT(stream, IsOk());
  char piece[100];
  EXPECT_EQ(*(*stream)->Read(piece, sizeof piece), 4u);
  EXPECT_THAT((*stream)->Read(piece, sizeof piece), HasError(Code::kUnavailable, "127.0.0.1"));
}

TEST(ResponseStream, CanBeLeftInTheMiddle) {
  RawServer server([](const auto&) {
    return RawServer::Answer{.bytes = "HTTP/1.1 200 OK\r\n\r\n" + std::string(10'000, 'x'), .repeat = true};
  });
  HttpClient client;
  for (int round = 0; round < 3; ++round) {
    const auto stream = client.Open(To(server.Url()));
    ASSERT_THAT(stream, IsOk());
    char piece[100];
    EXPECT_THAT((*stream)->Read(piece, sizeof piece), IsOk());
  }
  EXPECT_EQ(server.connections(), 3);
}

TEST(ResponseStream, EndsWhenCancelled) {
  RawServer server([](const auto&) {
    return RawServer::Answer{.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n", .hold = true};
  });
  HttpClient client;
  std::stop_source stop;
  Request request = To(server.Url());
  request.cancelled = stop.get_token();
  const auto stream = client.Open(request);
  ASSERT_THAT(stream, IsOk());
  auto reading = std::async(std::launch::async, [&] { return ReadAll(**stream); });
  stop.request_stop();
  EXPECT_THAT(reading.get(), HasError(Code::kCancelled, ""));
}

TEST(Request, EndsWhenNothingMovesForTooLong) {
  RawServer server([](const auto&) { return RawServer::Answer{.hold = true}; });
  HttpClient client;
  Request request = To(server.Url());
  request.timeout = std::chrono::milliseconds(0);
  request.stall_timeout = std::chrono::milliseconds(1);
  EXPECT_THAT(client.Send(request), HasError(Code::kDeadlineExceeded, "127.0.0.1"));
}

TEST(Request, CanKeepDotsInThePath) {
  std::string head;
  RawServer server([&](const auto& received) {
    head = received.head;
    return RawServer::Ok(200, "");
  });
  HttpClient client;
  Request request = To(server.Url("/a/../b/./c"));
  request.path_as_is = true;
  ASSERT_THAT(client.Send(request), IsOk());
  EXPECT_THAT(head, HasSubstr("GET /a/../b/./c HTTP/1.1"));
}

}  // namespace
}  // namespace tarn::http_client
