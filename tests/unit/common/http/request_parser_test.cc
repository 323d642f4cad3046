#include "common/http/request_parser.h"

#include <gtest/gtest.h>

namespace tarn::http {
namespace {

constexpr const char* kChunkedHead = "POST /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";

int StatusOf(const std::optional<Refusal>& refusal) { return refusal ? refusal->status : 0; }

// Feeds the body in pieces of `step` bytes, as a socket would.
struct Fed {
  std::string body;
  int status = 0;
  bool done = false;
};

Fed Feed(RequestParser& parser, std::string_view input, size_t step) {
  Fed fed;
  std::string waiting;
  while (fed.status == 0 && !parser.done() && !input.empty()) {
    const size_t count = std::min(step, input.size());
    waiting += input.substr(0, count);
    input.remove_prefix(count);
    size_t used = 0;
    fed.status = StatusOf(parser.ParseBody(waiting, &used, &fed.body));
    waiting.erase(0, used);
  }
  fed.done = parser.done();
  return fed;
}

TEST(RequestParser, ReadsAHead) {
  RequestParser parser;
  ASSERT_EQ(StatusOf(parser.ParseHead("PUT /a%20b?c HTTP/1.1\r\nHost: x\r\nA: 1\r\na:  2 \r\nContent-Length: "
                                      "3\r\nExpect: 100-continue\r\n\r\n")),
            0);
  const RequestHead& head = parser.head();
  EXPECT_EQ(head.method, "PUT");
  EXPECT_EQ(head.target, "/a%20b?c");
  EXPECT_EQ(head.headers.Find("a"), "1");
  EXPECT_EQ(head.content_length, 3u);
  EXPECT_TRUE(head.keep_alive);
  EXPECT_TRUE(head.expects_continue);
  EXPECT_FALSE(parser.done());
}

TEST(RequestParser, IsDoneAfterAHeadWithoutABody) {
  for (const char* text :
       {"GET / HTTP/1.1\r\nHost: x\r\n\r\n", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"}) {
    RequestParser parser;
    ASSERT_EQ(StatusOf(parser.ParseHead(text)), 0);
    EXPECT_TRUE(parser.done());
    EXPECT_FALSE(parser.head().has_body());
  }
}

TEST(RequestParser, TakesLargeLengthsUntilItIsToldALimit) {
  RequestParser parser;
  EXPECT_EQ(StatusOf(parser.ParseHead("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5000000000\r\n\r\n")),
            0);
  EXPECT_EQ(parser.head().content_length, 5'000'000'000u);
}

TEST(RequestParser, RefusesMalformedHeads) {
  const std::pair<const char*, int> cases[] = {
      {"GET / HTTP/9.9\r\nHost: x\r\n\r\n", 505},
      {"GET / HTTP/2.0\r\nHost: x\r\n\r\n", 505},
      {"GET /\r\nHost: x\r\n\r\n", 400},
      {"GET  / HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"G@T / HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost : x\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost x\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 18446744073709551616\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
      {"\r\n\r\n", 400},
  };
  for (const auto& [text, status] : cases)
    EXPECT_EQ(StatusOf(RequestParser().ParseHead(text)), status) << text;
}

TEST(RequestParser, DecodesBodiesInPiecesOfAnySize) {
  const std::string chunked = "5;a=b;c=\"d\"\r\nhello\r\n6\r\n world\r\n0;x\r\nX-Trailer: 1\r\n\r\n";
  for (size_t step = 1; step <= chunked.size(); ++step) {
    RequestParser parser;
    ASSERT_EQ(StatusOf(parser.ParseHead(kChunkedHead)), 0);
    parser.LimitBody(11);
    const Fed fed = Feed(parser, chunked, step);
    EXPECT_TRUE(fed.done) << step;
    EXPECT_EQ(fed.body, "hello world") << step;
    EXPECT_EQ(parser.head().headers.Find("X-Trailer"), std::nullopt);
  }
}

// Beast aborts by assertion when the end of an empty chunked body arrives after its size in two more steps.
TEST(RequestParser, SurvivesAnEmptyChunkedBodyByteByByte) {
  RequestParser parser;
  ASSERT_EQ(StatusOf(parser.ParseHead(kChunkedHead)), 0);
  EXPECT_TRUE(Feed(parser, "0\r\n\r\n", 1).done);
}

TEST(RequestParser, RefusesBadChunkSizes) {
  for (const char* size : {"-2", "-3", "zz", "-80000000", "", "0x5", " 5", "10000000000000000", "5 ;"}) {
    RequestParser parser;
    ASSERT_EQ(StatusOf(parser.ParseHead(kChunkedHead)), 0);
    parser.LimitBody(100);
    EXPECT_EQ(Feed(parser, std::string(size) + "\r\nabcdefgh\r\n\r\n", 100).status, 400) << size;
  }
}

TEST(RequestParser, RefusesChunksOverTheLimitBeforeTheirBytes) {
  for (const char* size : {"65", "7fffffff", "ffffffffff", "ffffffffffffffff"}) {
    RequestParser parser;
    ASSERT_EQ(StatusOf(parser.ParseHead(kChunkedHead)), 0);
    parser.LimitBody(100);
    EXPECT_EQ(Feed(parser, std::string(size) + "\r\nabc", 100).status, 413) << size;
  }
}

TEST(RequestParser, AddsChunksUpToTheLimit) {
  RequestParser parser;
  ASSERT_EQ(StatusOf(parser.ParseHead(kChunkedHead)), 0);
  parser.LimitBody(8);
  const Fed fed = Feed(parser, "5\r\nabcde\r\n4\r\nfghi\r\n0\r\n\r\n", 100);
  EXPECT_EQ(fed.status, 413);
  EXPECT_EQ(fed.body, "abcde");
}

TEST(RequestParser, LeavesTheNextRequestAlone) {
  RequestParser parser;
  ASSERT_EQ(StatusOf(parser.ParseHead("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n")), 0);
  std::string body;
  size_t used = 0;
  EXPECT_EQ(StatusOf(parser.ParseBody("abcGET / HTTP/1.1", &used, &body)), 0);
  EXPECT_EQ(used, 3u);
  EXPECT_EQ(body, "abc");
  EXPECT_TRUE(parser.done());
}

}  // namespace
}  // namespace tarn::http
