#include <gtest/gtest.h>

#include "tests/unit/common/s3_client/client_fixture.h"

namespace tarn::s3_client {
namespace {

using testing::HasSubstr;

Result<std::string> ReadAll(Client& client, const GetOptions& options = {}) {
  TARN_ASSIGN(const auto stream, client.GetObject("k", options));
  std::string all;
  char piece[100];
  for (;;) {
    TARN_ASSIGN(const size_t count, stream->Read(piece, sizeof piece));
    if (count == 0) return all;
    all.append(piece, count);
  }
}

RawServer::Answer Part(const std::string& range, const std::string& sent, size_t declared, bool close = false) {
  return {"HTTP/1.1 206 Partial\r\nETag: \"e\"\r\nContent-Range: bytes " + range + "\r\nContent-Length: " +
              std::to_string(declared) + "\r\n\r\n" + sent,
          close};
}

TEST(ObjectStream, GoesOnWhereTheConnectionBroke) {
  std::vector<std::string> heads;
  RawServer server([&](const auto& received) -> RawServer::Answer {
    heads.push_back(received.head);
    if (received.number == 1) {
      return {.bytes = "HTTP/1.1 200 OK\r\nETag: \"e\"\r\nContent-Length: 10\r\n\r\n" + std::string("0123"), .close = true};
    }
    return Part("4-9/10", "456789", 6);
  });
  LabClient client(server);
  EXPECT_EQ(*ReadAll(*client.operator->()), "0123456789");
  ASSERT_EQ(heads.size(), 2u);
  EXPECT_THAT(heads[1], HasSubstr("Range: bytes=4-9\r\n"));
  EXPECT_THAT(heads[1], HasSubstr("If-Match: \"e\"\r\n"));
}

TEST(ObjectStream, DoesNotMixTwoObjects) {
  RawServer server([&](const auto& received) -> RawServer::Answer {
    if (received.number == 1) {
      return {.bytes = "HTTP/1.1 200 OK\r\nETag: \"e\"\r\nContent-Length: 10\r\n\r\n" + std::string("0123"), .close = true};
    }
    return Refuse(412, "PreconditionFailed");
  });
  LabClient client(server);
  EXPECT_THAT(ReadAll(*client.operator->()), HasError(Code::kPreconditionFailed, "raw/k"));
}

TEST(ObjectStream, GivesUpOnAnEndpointThatNeverDelivers) {
  RawServer server([&](const auto&) -> RawServer::Answer {
    return {.bytes = "HTTP/1.1 206 OK\r\nETag: \"e\"\r\nContent-Range: bytes 0-9/10\r\nContent-Length: 10\r\n\r\n",
            .close = true};
  });
  LabClient client(server);
  EXPECT_THAT(ReadAll(*client.operator->()), HasError(Code::kUnavailable, ""));
}

TEST(ObjectStream, ReadsARangeWithinTheObject) {
  std::string head;
  RawServer server([&](const auto& received) {
    head = received.head;
    return Part("2-4/10", "234", 3);
  });
  LabClient client(server);
  GetOptions options;
  options.range = ByteRange{2, 3};
  const auto stream = client->GetObject("k", options);
  ASSERT_THAT(stream, IsOk());
  EXPECT_EQ((*stream)->length(), 3u);
  EXPECT_EQ((*stream)->head().size_bytes, 10u);
  EXPECT_THAT(head, HasSubstr("Range: bytes=2-4\r\n"));
}

TEST(ObjectStream, RefusesAnAnswerThatIgnoresTheRange) {
  RawServer server([&](const auto&) { return RawServer::Ok(200, "0123456789", "ETag: \"e\"\r\n"); });
  LabClient client(server);
  GetOptions options;
  options.range = ByteRange{2, 3};
  EXPECT_THAT(client->GetObject("k", options), HasError(Code::kUnavailable, "range"));
}

TEST(ObjectStream, RefusesAnAnswerWithoutALength) {
  RawServer server([&](const auto&) -> RawServer::Answer {
    return {.bytes = "HTTP/1.1 200 OK\r\n\r\nabc", .close = true};
  });
  LabClient client(server);
  EXPECT_THAT(client->GetObject("k"), HasError(Code::kUnavailable, "how long"));
}

}  // namespace
}  // namespace tarn::s3_client
