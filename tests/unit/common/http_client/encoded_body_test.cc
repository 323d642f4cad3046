#include <gtest/gtest.h>

#include <filesystem>

#include "common/compression/gzip.h"
#include "common/http_client/http_client.h"
#include "tests/support/result_matchers.h"
#include "tests/unit/common/http_client/raw_server.h"
#include "tests/unit/common/http_client/tls_server.h"

namespace tarn::http_client {
namespace {

using testing::HasSubstr;

class EncodedBodyTest : public testing::Test {
 protected:
  RawServer server{[this](const auto& received) {
    head = received.head;
    return RawServer::Answer{.bytes = "HTTP/1.1 200 OK\r\nContent-Encoding: " + coding +
                                      "\r\nContent-Length: " + std::to_string(packed.size()) + "\r\n\r\n" +
                                      packed};
  }};
  Request Get() {
    Request request;
    request.url = server.Url();
    request.accept_gzip = true;
    return request;
  }

  const std::string text = "a text that repeats, a text that repeats, a text that repeats";
  std::string packed = compression::Gzip(text), coding = "gzip", head;
  HttpClient client;
};

TEST_F(EncodedBodyTest, IsUnpackedWhenAskedFor) {
  for (const char* name : {"gzip", "GZIP", "x-gzip"}) {
    coding = name;
    const auto response = client.Send(Get());
    ASSERT_THAT(response, IsOk());
    EXPECT_EQ(response->body, text);
    EXPECT_EQ(response->received_bytes, packed.size());
    EXPECT_EQ(response->Header("content-encoding"), std::nullopt);
    EXPECT_EQ(response->Header("content-length"), std::nullopt);
  }
  EXPECT_THAT(head, HasSubstr("Accept-Encoding: gzip\r\n"));
}

TEST_F(EncodedBodyTest, IsLeftAloneOtherwise) {
  Request request = Get();
  request.accept_gzip = false;
  const auto response = client.Send(request);
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->body, packed);
  EXPECT_EQ(response->Header("content-encoding"), "gzip");
}

TEST_F(EncodedBodyTest, MayHaveSeveralMembersOrNoBytes) {
  packed += compression::Gzip("more");
  EXPECT_EQ(client.Send(Get())->body, text + "more");
  packed.clear();
  EXPECT_EQ(client.Send(Get())->body, "");
}

TEST_F(EncodedBodyTest, IsUnpackedIntoFilesAndStreams) {
  const auto file = std::filesystem::path(testing::TempDir()) / "unpacked_download";
  ASSERT_THAT(client.Download(Get(), file), IsOk());
  EXPECT_EQ(std::filesystem::file_size(file), text.size());
  std::filesystem::remove(file);

  auto stream = client.Open(Get());
  ASSERT_THAT(stream, IsOk());
  std::string read;
  char piece[7];
  for (;;) {
    const auto count = (*stream)->Read(piece, sizeof piece);
    ASSERT_THAT(count, IsOk());
    if (*count == 0) break;
    read.append(piece, *count);
  }
  EXPECT_EQ(read, text);
}

TEST_F(EncodedBodyTest, IsNeverTakenForCompleteWhenItIsCutOff) {
  const std::string whole = packed;
  for (size_t size = 1; size < whole.size(); ++size) {
    packed = whole.substr(0, size);
    ASSERT_THAT(client.Send(Get()), HasError(Code::kUnavailable, "cut off")) << size;
  }
}

TEST_F(EncodedBodyTest, IsAnErrorWhenItIsNoGzip) {
  packed = "plain";
  EXPECT_THAT(client.Send(Get()), HasError(Code::kUnavailable, "not"));
  packed = compression::Gzip(text);
  packed[packed.size() - 6] ^= 1;  // of the checksum
  EXPECT_THAT(client.Send(Get()), HasError(Code::kUnavailable, "not"));
  packed = compression::Gzip(text) + "trailing";
  EXPECT_THAT(client.Send(Get()), HasError(Code::kUnavailable, "not"));
}

TEST_F(EncodedBodyTest, CountsTowardsTheLimitUnpacked) {
  packed = compression::Gzip(std::string(20 << 20, '\0'));
  Request request = Get();
  request.max_response_bytes = 1 << 20;
  EXPECT_THAT(client.Send(request), HasError(Code::kTooLarge, "1048576"));
}

TEST(HttpClientLimits, RefuseADeclaredLengthWithoutReadingTheBody) {
  RawServer server([](const auto& received) {
    const bool head = received.head.starts_with("HEAD ");
    return RawServer::Answer{.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 5000000000\r\n\r\n", .hold = !head};
  });
  HttpClient client;
  Request request;
  request.url = server.Url();
  EXPECT_THAT(client.Send(request), HasError(Code::kTooLarge, "larger"));
  EXPECT_THAT(client.Open(request), HasError(Code::kTooLarge, "larger"));
  request.method = "HEAD";
  EXPECT_THAT(client.Send(request), IsOk());
}

TEST(HttpClientCertificates, MustVerify) {
  SelfSignedServer server;
  HttpClient client;
  Request request;
  request.url = server.Url("/x?token=secret");
  EXPECT_THAT(client.Send(request), HasError(Code::kPermissionDenied, "certificate cannot be verified"));
  EXPECT_EQ(server.handshakes(), 0);
}

}  // namespace
}  // namespace tarn::http_client
