#include "common/http/paging.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/result_matchers.h"

namespace tarn::http {
namespace {

Request WithQuery(std::vector<std::pair<std::string, std::string>> parameters) {
  Request request;
  request.query_parameters = std::move(parameters);
  return request;
}

TEST(Paging, StartsAtTheBeginningWithTheDefaultLimit) {
  const auto page = ParsePage(WithQuery({}), 20);
  ASSERT_THAT(page, IsOk());
  EXPECT_EQ(page->limit, 20);
  EXPECT_EQ(page->after, "");
}

TEST(Paging, ContinuesWhereAPageEnded) {
  for (const std::string& position : {std::string("a"), std::string("ab"), std::string("abc"),
                                      std::string("\0\xff\n?", 4), std::string(1024, '\xfe')}) {
    const auto body = nlohmann::json::parse(PageResponse({1, 2}, position).body);
    EXPECT_EQ(body["items"], nlohmann::json({1, 2}));
    const std::string token = body["next_page_token"];
    EXPECT_EQ(PercentEncode(token), token);
    const auto page = ParsePage(WithQuery({{"page_token", token}, {"limit", "1000"}}));
    ASSERT_THAT(page, IsOk());
    EXPECT_EQ(page->after, position);
    EXPECT_EQ(page->limit, 1000);
  }
}

TEST(Paging, HasNoTokenOnTheLastPage) {
  EXPECT_EQ(PageResponse(nlohmann::json::array(), "").body, R"({"items":[]})");
}

TEST(Paging, RefusesLimitsOutOfRange) {
  for (const char* limit : {"0", "-1", "1001", "x", "", "1x", " 1", "99999999999999999999"}) {
    EXPECT_THAT(ParsePage(WithQuery({{"limit", limit}})), HasError(Code::kInvalidArgument, "query:limit"))
        << limit;
  }
}

TEST(Paging, RefusesTokensItNeverMade) {
  for (const char* token : {"?", "a", "ab=", "a b", "\xc3\xa9", "abcde"}) {
    EXPECT_THAT(ParsePage(WithQuery({{"page_token", token}})),
                HasError(Code::kInvalidArgument, "query:page_token"))
        << token;
  }
}

}  // namespace
}  // namespace tarn::http
