#include "services/extract/sources/files/url.h"

#include <gtest/gtest.h>

#include "services/extract/sources/files/url_place.h"
#include "tests/support/result_matchers.h"

namespace tarn::extract::files {
namespace {

TEST(Origin, IsSchemeHostAndPort) {
  EXPECT_EQ(Origin("HTTPS://Data.Example.org:8443/x?y#z"), "https://data.example.org:8443");
  EXPECT_EQ(Origin("http://[::1]/x"), "http://[::1]");
  for (const char* url : {"", "ftp://x/", "http://", "http:///x", "http://user@x/", "http://user:pw@x/", "http://a b/",
                          "http://x\\y/", "file:///etc/passwd", "http://x/\n"}) {
    EXPECT_EQ(Origin(url), "") << url;
  }
  EXPECT_NE(Origin("http://x/a@b"), "");
}

TEST(WithoutSecrets, KeepsNumbersAndDatesOnly) {
  EXPECT_EQ(WithoutSecrets("https://x/a?date=2026-02-01&page=7&sig=abc&flag#part"),
            "https://x/a?date=2026-02-01&page=7&sig=...&...");
  EXPECT_EQ(WithoutSecrets("https://x/a?n=12345678901"), "https://x/a?n=...");
  EXPECT_EQ(WithoutSecrets("https://x/a"), "https://x/a");
}

TEST(LastSegment, IsDecodedWhereThatGivesText) {
  EXPECT_EQ(LastSegment("http://x/a/b%20c.csv?d"), "b c.csv");
  EXPECT_EQ(LastSegment("http://x/%e9.csv"), "%e9.csv");
  EXPECT_EQ(LastSegment("http://x/100%"), "100%");
  EXPECT_EQ(LastSegment("http://x/a/"), "");
  EXPECT_EQ(LastSegment("http://x"), "");
}

TEST(ParseIndex, TakesEachUrlOnce) {
  EXPECT_THAT(*ParseIndex("# x\nhttp://x/1\r\n\nhttp://x/2#part\t\nhttp://x/1"), testing::ElementsAre("http://x/1", "http://x/2"));
  EXPECT_THAT(*ParseIndex(""), testing::IsEmpty());
  EXPECT_THAT(ParseIndex("http://x/1\nx/2"), HasError(Code::kUnprocessable, "line 2"));
  EXPECT_THAT(ParseIndex("http://x/" + std::string(9'000, 'a')), HasError(Code::kUnprocessable, "line 1"));
  std::string many;
  for (int i = 0; i <= 200'000; ++i) many += "http://x/" + std::to_string(i) + "\n";
  EXPECT_THAT(ParseIndex(many), HasError(Code::kTooLarge, "200,000"));
}

}  // namespace
}  // namespace tarn::extract::files
