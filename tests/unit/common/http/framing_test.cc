#include "common/http/framing.h"

#include <gtest/gtest.h>

namespace tarn::http {
namespace {

int StatusOf(const std::optional<Refusal>& refusal) { return refusal ? refusal->status : 0; }

int Scan(std::string_view text, uint64_t limit = 1000, int64_t max_headers = 3) {
  return StatusOf(HeadScanner(limit, max_headers).Scan(text));
}

RequestHead Head(std::vector<std::pair<std::string, std::string>> fields, int version = 11) {
  RequestHead head;
  head.version = version;
  for (auto& [name, value] : fields) head.headers.Add(name, value);
  return head;
}

TEST(HeadScanner, FindsTheEndHoweverTheBytesArrive) {
  const std::string text = "GET / HTTP/1.1\r\nHost: x\r\n\r\nbody";
  HeadScanner scanner(1000, 10);
  for (size_t size = 0; size < text.size() - 4; ++size) {
    EXPECT_EQ(StatusOf(scanner.Scan(text.substr(0, size))), 0);
    EXPECT_EQ(scanner.head_size(), std::nullopt) << size;
  }
  EXPECT_EQ(StatusOf(scanner.Scan(text)), 0);
  EXPECT_EQ(scanner.head_size(), text.size() - 4);
}

TEST(HeadScanner, RefusesLinesThatParsersReadDifferently) {
  EXPECT_EQ(Scan("GET / HTTP/1.1\n"), 400);
  EXPECT_EQ(Scan("GET / HTTP/1.1\r\nA: 1\r\n 2\r\n"), 400);
  EXPECT_EQ(Scan("GET / HTTP/1.1\r\nA: 1\r\n\t2\r\n"), 400);
  EXPECT_EQ(Scan("GET / HTTP/1.1\r\nA: 1\r2\r\n"), 400);
  EXPECT_EQ(Scan(std::string_view("GET /\0 HTTP/1.1\r\n", 17)), 400);
  EXPECT_EQ(Scan("GET / HTTP/1.1\r\nA: 1\r\n"), 0);
}

TEST(HeadScanner, BoundsSizeAndNumberOfFields) {
  EXPECT_EQ(Scan(std::string(1001, 'a')), 431);
  EXPECT_EQ(Scan(std::string(1000, 'a')), 0);
  EXPECT_EQ(Scan("GET / HTTP/1.1\r\nA: 1\r\nB: 1\r\nC: 1\r\n\r\n"), 0);
  EXPECT_EQ(Scan("GET / HTTP/1.1\r\nA: 1\r\nB: 1\r\nC: 1\r\nD: 1\r\n"), 431);
  EXPECT_EQ(Scan("GET / HTTP/1.1\r\nA: " + std::string(1000, 'a') + "\r\n\r\n"), 431);
}

TEST(CheckFraming, WantsExactlyOneHost) {
  EXPECT_EQ(StatusOf(CheckFraming(Head({{"Host", "x"}}))), 0);
  EXPECT_EQ(StatusOf(CheckFraming(Head({}))), 400);
  EXPECT_EQ(StatusOf(CheckFraming(Head({{"Host", "x"}, {"host", "x"}}))), 400);
  EXPECT_EQ(StatusOf(CheckFraming(Head({}, 10))), 0);
  EXPECT_EQ(StatusOf(CheckFraming(Head({{"Host", "x"}, {"Host", "y"}}, 10))), 400);
}

TEST(CheckFraming, WantsOneWayToDelimitTheBody) {
  const auto check = [](std::vector<std::pair<std::string, std::string>> fields, int version = 11) {
    fields.emplace_back("Host", "x");
    return StatusOf(CheckFraming(Head(fields, version)));
  };
  EXPECT_EQ(check({{"Content-Length", "5"}}), 0);
  EXPECT_EQ(check({{"Content-Length", "5"}, {"Content-Length", "5"}}), 400);
  EXPECT_EQ(check({{"Content-Length", "5, 5"}}), 400);
  EXPECT_EQ(check({{"Transfer-Encoding", "Chunked"}}), 0);
  EXPECT_EQ(check({{"Transfer-Encoding", "chunked"}, {"Content-Length", "5"}}), 400);
  EXPECT_EQ(check({{"Transfer-Encoding", "chunked"}, {"Transfer-Encoding", "chunked"}}), 400);
  EXPECT_EQ(check({{"Transfer-Encoding", "gzip, chunked"}}), 400);
  EXPECT_EQ(check({{"Transfer-Encoding", "identity"}}), 400);
  EXPECT_EQ(check({{"Transfer-Encoding", "chunked"}}, 10), 400);
}

TEST(CheckFraming, MeetsNoExpectationButToContinue) {
  EXPECT_EQ(StatusOf(CheckFraming(Head({{"Host", "x"}, {"Expect", "100-Continue"}}))), 0);
  EXPECT_EQ(StatusOf(CheckFraming(Head({{"Host", "x"}, {"Expect", "something"}}))), 417);
}

}  // namespace
}  // namespace tarn::http
