#include "common/http/message.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/result_matchers.h"

namespace tarn::http {
namespace {

TEST(Headers, CompareNamesWithoutCase) {
  Headers headers;
  headers.Add("Content-Type", "text/csv");
  headers.Add("content-type", "text/plain");
  EXPECT_EQ(headers.Find("CONTENT-TYPE"), "text/csv");
  EXPECT_EQ(headers.Find("Content"), std::nullopt);
}

TEST(Headers, SetReplacesEveryFieldOfTheName) {
  Headers headers;
  headers.Add("a", "1");
  headers.Add("B", "2");
  headers.Add("A", "3");
  headers.Set("A", "4");
  EXPECT_EQ(headers.Find("a"), "4");
  EXPECT_EQ(std::distance(headers.begin(), headers.end()), 2);
}

TEST(Method, HasANameAndBack) {
  for (const char* name : {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}) {
    EXPECT_STREQ(MethodName(*ParseMethod(name)), name);
  }
  EXPECT_EQ(ParseMethod("get"), std::nullopt);
  EXPECT_EQ(ParseMethod("TRACE"), std::nullopt);
}

TEST(Request, ParsesItsBodyAsJsonOrSaysWhereItIsWrong) {
  Request request;
  request.body = R"({"a":1})";
  EXPECT_EQ((*request.Json())["a"], 1);
  request.body = R"({"a":x})";
  EXPECT_THAT(request.Json(), HasError(Code::kInvalidArgument, "byte 5"));
  request.body = "\"\xff\"";
  EXPECT_THAT(request.Json(), HasError(Code::kInvalidArgument, "byte"));
  request.body.clear();
  EXPECT_THAT(request.Json(), HasError(Code::kInvalidArgument, "needs a JSON body"));
}

TEST(PercentDecode, DecodesUtf8AndLeavesPlusAlone) {
  EXPECT_EQ(*PercentDecode("a%20b+c%c3%a9%F0%9F%8E%B5"), "a b+c\u00e9\U0001F3B5");
  EXPECT_EQ(*PercentDecode(""), "");
  EXPECT_EQ(*PercentDecode("%25"), "%");
}

TEST(PercentDecode, RefusesWhatIsNoText) {
  const char* const bad[] = {"%",
                             "%4",
                             "a%",
                             "%g0",
                             "%0g",
                             "%00",
                             "%80",
                             "%c3",
                             "%c0%af",
                             "%e0%80%80",
                             "%ed%a0%80",
                             "%f4%90%80%80",
                             "%f8%88%80%80%80"};
  for (const char* text : bad) EXPECT_THAT(PercentDecode(text), HasError(Code::kInvalidArgument, "")) << text;
}

TEST(PercentEncode, IsUndoneByDecoding) {
  EXPECT_EQ(PercentEncode("a/b c~_.-\u00e9"), "a%2Fb%20c~_.-%C3%A9");
  EXPECT_EQ(*PercentDecode(PercentEncode("100 % \u00fcber?&=#")), "100 % \u00fcber?&=#");
}

}  // namespace
}  // namespace tarn::http
