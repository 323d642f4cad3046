#include "common/http_client/http_client.h"

#include <gtest/gtest.h>

#include <fstream>
#include <future>
#include <sstream>

#include "common/tracing/trace_context.h"
#include "common/http_client/address_ranges.h"
#include "tests/support/result_matchers.h"
#include "tests/support/temp_directory.h"
#include "tests/unit/common/http_client/raw_server.h"

namespace tarn::http_client {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using testing::HasSubstr;
using testing::Not;

Request Get(const std::string& url) {
  Request request;
  request.url = url;
  return request;
}

std::string ReadFile(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

TEST(HttpClient, ReturnsStatusHeadersAndBody) {
  RawServer server([](const auto&) { return RawServer::Ok(404, "gone", "X-One:  a \r\nx-two: b\r\n"); });
  HttpClient client;
  const auto response = client.Send(Get(server.Url("/a?b=c")));
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->status, 404);
  EXPECT_EQ(response->body, "gone");
  EXPECT_EQ(response->Header("X-ONE"), "a");
  EXPECT_EQ(response->Header("X-Two"), "b");
  EXPECT_EQ(response->Header("x-three"), std::nullopt);
}

TEST(HttpClient, SendsMethodHeadersAndBodyAsGiven) {
  std::string head, body;
  RawServer server([&](const auto& received) {
    head = received.head;
    body = received.body;
    return RawServer::Ok(200, "");
  });
  HttpClient client;
  Request request = Get(server.Url("/x"));
  request.method = "PUT";
  request.headers = {{"Content-Type", "application/json"}, {"X-Empty", ""}};
  request.body = std::string("{\"a\0b\"}", 7);
  ASSERT_THAT(client.Send(request), IsOk());
  EXPECT_THAT(head, HasSubstr("PUT /x HTTP/1.1\r\n"));
  EXPECT_THAT(head, HasSubstr("Content-Type: application/json\r\n"));
  EXPECT_THAT(head, HasSubstr("X-Empty:\r\n"));
  EXPECT_THAT(head, Not(HasSubstr("Expect")));
  EXPECT_EQ(body, request.body);
}

TEST(HttpClient, AnswersHeadWithoutWaitingForABody) {
  RawServer server(
      [](const auto&) { return RawServer::Answer{"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n"}; });
  HttpClient client;
  Request request = Get(server.Url());
  request.method = "HEAD";
  const auto response = client.Send(request);
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->Header("content-length"), "99");
}

TEST(HttpClient, KeepsConnectionsAliveBetweenRequests) {
  RawServer server([](const auto&) { return RawServer::Ok(200, "x"); });
  HttpClient client;
  for (int i = 0; i < 5; ++i) ASSERT_THAT(client.Send(Get(server.Url())), IsOk());
  EXPECT_EQ(server.connections(), 1);
}

TEST(HttpClient, DoesNotCarryAStrictRequestOverALooseConnection) {
  RawServer server([](const auto&) { return RawServer::Ok(200, "x"); });
  HttpClient client;
  ASSERT_THAT(client.Send(Get(server.Url())), IsOk());
  Request strict = Get(server.Url());
  strict.address_policy = AddressPolicy::kNoPrivate;
  EXPECT_THAT(client.Send(strict), HasError(Code::kPermissionDenied, "127.0.0.1"));
  EXPECT_EQ(server.requests(), 1);
}

TEST(HttpClient, ConnectsToAllowedRangesBesidesItsPolicyAndSharesThoseConnectionsWithNobody) {
  RawServer server([](const auto&) { return RawServer::Ok(200, "x"); });
  HttpClient client;
  Request request = Get(server.Url());
  request.address_policy = AddressPolicy::kNoPrivate;
  request.allowed_addresses = AddressRanges::Parse("127.0.0.0/8").value();
  EXPECT_THAT(client.Send(request), IsOk());
  request.allowed_addresses = AddressRanges::Parse("10.0.0.0/8").value();
  EXPECT_THAT(client.Send(request), HasError(Code::kPermissionDenied, "not allowed"));
  request.allowed_addresses = nullptr;
  EXPECT_THAT(client.Send(request), HasError(Code::kPermissionDenied, "not allowed"));
  EXPECT_EQ(server.requests(), 1);
}

TEST(HttpClient, ChecksTheAddressThatANameLeadsTo) {
  RawServer server([](const auto&) { return RawServer::Ok(200, "x"); });
  HttpClient client;
  Request request = Get("http://localhost:" + std::to_string(server.port()) + "/");
  request.address_policy = AddressPolicy::kNoPrivate;
  EXPECT_THAT(client.Send(request), HasError(Code::kPermissionDenied, "not allowed"));
  EXPECT_EQ(server.connections(), 0);
}

TEST(HttpClient, ReadsWrittenVariantsOfLoopbackAsLoopback) {
  HttpClient client;
  for (const char* url : {"http://2130706433/", "http://0x7f.1/", "http://[::ffff:127.0.0.1]/"}) {
    Request request = Get(url);
    request.address_policy = AddressPolicy::kNoPrivate;
    EXPECT_THAT(client.Send(request), HasError(Code::kPermissionDenied, "not allowed")) << url;
  }
}

TEST(HttpClient, ChecksTheAddressOfARedirectToo) {
  RawServer server([](const auto&) { return RawServer::Ok(302, "", "Location: http://10.0.0.1/\r\n"); });
  HttpClient client;
  Request request = Get(server.Url());
  request.follow_redirects = true;
  request.address_policy = AddressPolicy::kLoopbackOrPublic;
  EXPECT_THAT(client.Send(request), HasError(Code::kPermissionDenied, "not allowed"));
}

TEST(HttpClient, FollowsRedirectsOnlyWhenAsked) {
  RawServer server([](const auto& received) {
    return received.head.rfind("GET /b", 0) == 0 ? RawServer::Ok(200, "b")
                                                 : RawServer::Ok(302, "a", "Location: /b\r\n");
  });
  HttpClient client;
  Request request = Get(server.Url("/a"));
  ASSERT_EQ(client.Send(request)->status, 302);
  request.follow_redirects = true;
  const auto response = client.Send(request);
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(response->body, "b");
  EXPECT_EQ(response->Header("location"), std::nullopt);
}

TEST(HttpClient, DropsCredentialsWhenARedirectLeavesTheHost) {
  std::string head;
  RawServer other([&](const auto& received) {
    head = received.head;
    return RawServer::Ok(200, "");
  });
  RawServer server([&](const auto&) { return RawServer::Ok(302, "", "Location: " + other.Url() + "\r\n"); });
  HttpClient client;
  Request request = Get(server.Url());
  request.headers = {{"Authorization", "Bearer secret"}};
  request.follow_redirects = true;
  ASSERT_THAT(client.Send(request), IsOk());
  EXPECT_THAT(head, HasSubstr("GET / "));
  EXPECT_THAT(head, Not(HasSubstr("secret")));
}

TEST(HttpClient, GivesUpOnEndlessRedirects) {
  RawServer server([](const auto&) { return RawServer::Ok(302, "", "Location: /\r\n"); });
  HttpClient client;
  Request request = Get(server.Url());
  request.follow_redirects = true;
  EXPECT_THAT(client.Send(request), HasError(Code::kInvalidArgument, "redirects"));
  EXPECT_EQ(server.requests(), 6);
}

TEST(HttpClient, SpeaksHttpOnly) {
  HttpClient client;
  for (const char* url :
       {"file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1/", "", "http://", "http://a b/"}) {
    EXPECT_THAT(client.Send(Get(url)), HasError(Code::kInvalidArgument, "URL")) << url;
  }
}

TEST(HttpClient, RefusesHeadersAndMethodsThatWouldBreakTheRequest) {
  RawServer server([](const auto&) { return RawServer::Ok(200, ""); });
  HttpClient client;
  Request request = Get(server.Url());
  request.headers = {{"X", "a\r\nEvil: b"}};
  EXPECT_THAT(client.Send(request), HasError(Code::kInvalidArgument, "header:X"));
  request.headers = {{"X Y", "a"}};
  EXPECT_THAT(client.Send(request), HasError(Code::kInvalidArgument, "header:X Y"));
  request.headers.clear();
  request.method = "GET / HTTP/1.1\r\n\r\n";
  EXPECT_THAT(client.Send(request), HasError(Code::kInvalidArgument, "method"));
  EXPECT_EQ(server.requests(), 0);
}

TEST(HttpClient, StopsReadingABodyOverTheLimit) {
  RawServer server([](const auto&) {
    return RawServer::Answer{.bytes = "HTTP/1.1 200 OK\r\n\r\n" + std::string(10'000, 'x'), .repeat = true};
  });
  HttpClient client;
  Request request = Get(server.Url());
  request.max_response_bytes = 100'000;
  EXPECT_THAT(client.Send(request), HasError(Code::kTooLarge, "100000"));
}

TEST(HttpClient, AcceptsABodyOfExactlyTheLimit) {
  RawServer server([](const auto&) { return RawServer::Ok(200, std::string(1000, 'x')); });
  HttpClient client;
  Request request = Get(server.Url());
  request.max_response_bytes = 1000;
  EXPECT_THAT(client.Send(request), IsOk());
  request.max_response_bytes = 999;
  EXPECT_THAT(client.Send(request), HasError(Code::kTooLarge, "999"));
}

TEST(HttpClient, StopsReadingEndlessHeaders) {
  RawServer endless([](const auto&) {
    std::string bytes = "HTTP/1.1 200 OK\r\n";
    for (int i = 0; i < 20'000; ++i) bytes += "X-Header: value\r\n";
    return RawServer::Answer{.bytes = bytes, .hold = true};
  });
  HttpClient client;
  EXPECT_THAT(client.Send(Get(endless.Url())), HasError(Code::kTooLarge, "header"));
}

TEST(HttpClient, ReportsATimeoutAsDeadlineExceeded) {
  RawServer server([](const auto&) { return RawServer::Answer{.hold = true}; });
  HttpClient client;
  Request request = Get(server.Url());
  request.timeout = milliseconds(50);
  EXPECT_THAT(client.Send(request), HasError(Code::kDeadlineExceeded, "127.0.0.1"));
}

TEST(HttpClient, ReportsRefusedAndBrokenConnectionsAsUnavailable) {
  std::string dead_url;
  {
    RawServer gone([](const auto&) { return RawServer::Ok(200, ""); });
    dead_url = gone.Url();
  }
  RawServer half([](const auto&) {
    return RawServer::Answer{.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", .close = true};
  });
  RawServer garbage(
      [](const auto&) { return RawServer::Answer{.bytes = "nonsense\r\n\r\n", .close = true}; });
  HttpClient client;
  EXPECT_THAT(client.Send(Get(dead_url)), HasError(Code::kUnavailable, "127.0.0.1"));
  EXPECT_THAT(client.Send(Get(half.Url())), HasError(Code::kUnavailable, "127.0.0.1"));
  EXPECT_THAT(client.Send(Get(garbage.Url())), HasError(Code::kUnavailable, "127.0.0.1"));
}

TEST(HttpClient, NeverShowsSecretsOfAUrlInAnError) {
  RawServer server([](const auto&) { return RawServer::Answer{.close = true}; });
  HttpClient client;
  const auto result =
      client.Send(Get("http://user:pass@127.0.0.1:" + std::to_string(server.port()) + "/path?token=secret"));
  ASSERT_THAT(result, HasError(Code::kUnavailable, "/path"));
  EXPECT_THAT(result.error().message(), Not(HasSubstr("secret")));
  EXPECT_THAT(result.error().message(), Not(HasSubstr("pass@")));
}

TEST(HttpClient, StopsAtOnceWhenCancelled) {
  std::promise<void> asked;
  RawServer server([&](const auto&) {
    asked.set_value();
    return RawServer::Answer{.hold = true};
  });
  HttpClient client;
  std::stop_source stop;
  Request request = Get(server.Url());
  request.cancelled = stop.get_token();
  auto sending = std::async(std::launch::async, [&] { return client.Send(request); });
  asked.get_future().wait();
  const auto start = steady_clock::now();
  stop.request_stop();
  EXPECT_THAT(sending.get(), HasError(Code::kCancelled, ""));
  EXPECT_LT(steady_clock::now() - start, milliseconds(500));
}

TEST(HttpClient, SendsNothingWhenAlreadyCancelled) {
  RawServer server([](const auto&) { return RawServer::Ok(200, ""); });
  HttpClient client;
  std::stop_source stop;
  stop.request_stop();
  Request request = Get(server.Url());
  request.cancelled = stop.get_token();
  EXPECT_THAT(client.Send(request), HasError(Code::kCancelled, ""));
  EXPECT_EQ(server.connections(), 0);
}

TEST(HttpClient, WorksFromManyThreads) {
  RawServer server([](const auto& received) { return RawServer::Ok(200, received.body); });
  HttpClient client;
  std::vector<std::future<bool>> threads;
  for (int t = 0; t < 8; ++t) {
    threads.push_back(std::async(std::launch::async, [&, t] {
      for (int i = 0; i < 20; ++i) {
        Request request = Get(server.Url());
        request.method = "POST";
        request.body = std::to_string(t) + ":" + std::to_string(i);
        const auto response = client.Send(request);
        if (!response.ok() || response->body != request.body) return false;
      }
      return true;
    }));
  }
  for (auto& thread : threads) EXPECT_TRUE(thread.get());
  EXPECT_EQ(server.requests(), 160);
  EXPECT_LE(server.connections(), 8);
}

TEST(HttpClient, PassesTheTraceOn) {
  std::string head;
  RawServer server([&](const auto& received) {
    head = received.head;
    return RawServer::Ok(200, "");
  });
  HttpClient client;
  const ScopedTrace trace(TraceContext::New());
  ASSERT_THAT(client.Send(Get(server.Url())), IsOk());
  EXPECT_THAT(head, HasSubstr("traceparent: 00-" + TraceContext::Current().trace_id));
}

TEST(HttpClient, DownloadsASuccessfulBodyIntoAFile) {
  const std::string body(300'000, 'z');
  RawServer server([&](const auto&) { return RawServer::Ok(200, body); });
  TempDirectory directory;
  HttpClient client;
  const auto response = client.Download(Get(server.Url()), directory / "file");
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->body, "");
  EXPECT_EQ(ReadFile(directory / "file"), body);
}

TEST(HttpClient, DownloadsAnEmptyBodyAsAnEmptyFile) {
  RawServer server([&](const auto&) { return RawServer::Ok(200, ""); });
  TempDirectory directory;
  HttpClient client;
  ASSERT_THAT(client.Download(Get(server.Url()), directory / "file"), IsOk());
  EXPECT_TRUE(std::filesystem::exists(directory / "file"));
}

TEST(HttpClient, KeepsTheBodyOfAFailedDownloadInTheResponse) {
  RawServer server([&](const auto&) { return RawServer::Ok(404, "why"); });
  TempDirectory directory;
  HttpClient client;
  const auto response = client.Download(Get(server.Url()), directory / "file");
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->body, "why");
  EXPECT_FALSE(std::filesystem::exists(directory / "file"));
}

TEST(HttpClient, RemovesTheFileOfADownloadThatBreaks) {
  RawServer server([](const auto&) {
    return RawServer::Answer{.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", .close = true};
  });
  TempDirectory directory;
  HttpClient client;
  EXPECT_THAT(client.Download(Get(server.Url()), directory / "file"), HasError(Code::kUnavailable, ""));
  EXPECT_FALSE(std::filesystem::exists(directory / "file"));
}

}  // namespace
}  // namespace tarn::http_client
