#include "common/http/response_head.h"

#include <gtest/gtest.h>

#include "tests/support/result_matchers.h"

namespace tarn::http {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST(RenderHead, RendersStatusFieldsAndFraming) {
  Response response = Response::Text(404, "x", "text/csv");
  response.headers.Add("X-A", "1\t2");
  const auto head = RenderHead(response, {.content_length = 1});
  ASSERT_THAT(head, IsOk());
  EXPECT_THAT(
      *head,
      StartsWith("HTTP/1.1 404 Not Found\r\nServer: tarn\r\nX-Content-Type-Options: nosniff\r\nDate: "));
  EXPECT_THAT(*head, EndsWith(" GMT\r\nContent-Type: text/csv\r\nX-A: 1\t2\r\nContent-Length: 1\r\n\r\n"));
}

TEST(RenderHead, SaysWhatBecomesOfTheConnection) {
  EXPECT_THAT(*RenderHead({}, {.keep_alive = false}), HasSubstr("\r\nConnection: close\r\n"));
  EXPECT_THAT(*RenderHead({}, {.version = 10}), HasSubstr("\r\nConnection: keep-alive\r\n"));
  EXPECT_THAT(*RenderHead({}, {}), Not(HasSubstr("Connection")));
  EXPECT_THAT(*RenderHead({}, {.chunked = true}), HasSubstr("\r\nTransfer-Encoding: chunked\r\n"));
}

TEST(RenderHead, KeepsTheFramingOutOfHandlersHands) {
  Response response;
  for (const char* name : {"content-length", "Transfer-Encoding", "Connection", "Server", "Date"})
    response.headers.Add(name, "mine");
  const auto head = RenderHead(response, {.content_length = 0});
  ASSERT_THAT(head, IsOk());
  EXPECT_THAT(*head, Not(HasSubstr("mine")));
}

TEST(RenderHead, RefusesFieldsThatCouldBreakTheFraming) {
  for (const std::string& value : {std::string("a\r\nX: 1"), std::string("a\nb"), std::string("a\0b", 3),
                                   std::string("\x7f"), std::string("\x1b[0m")}) {
    Response response;
    response.headers.Add("X-A", value);
    EXPECT_THAT(RenderHead(response, {}), HasError(Code::kInternal, "header:X-A"));
  }
  for (const char* name : {"", "a b", "a:b", "a\r\n", "\xc3\xa9"}) {
    Response response;
    response.headers.Add(name, "1");
    EXPECT_THAT(RenderHead(response, {}), HasError(Code::kInternal, "header:")) << name;
  }
}

TEST(RenderHead, RefusesStatusesThatNoHandlerMaySend) {
  for (const int status : {-1, 0, 7, 100, 199, 600, 1000}) {
    Response response;
    response.status = status;
    EXPECT_THAT(RenderHead(response, {}), HasError(Code::kInternal, std::to_string(status)));
  }
}

}  // namespace
}  // namespace tarn::http
