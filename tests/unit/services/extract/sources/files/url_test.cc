#include "services/extract/sources/files/url.h"

#include <gtest/gtest.h>

#include "services/extract/sources/files/url_place.h"
#include "tests/support/result_matchers.h"

namespace tarn::extract::files {
namespace {

TEST(Origin, IsSchemeHostAndPort) {
  EXPECT_EQ(Origin("HTTPS://Data.Example.org:8443/x?y#z"), "https://data.example.org:8443");
  EXPECT_EQ(Origin("http://[::1]/x"), "http://[::1]:80");
  for (const char* url : {"", "ftp://x/", "http://", "http:///x", "http://user@x/", "http://user:pw@x/",
                          "http://a b/", "http://x\\y/", "file:///etc/passwd", "http://x/\n"}) {
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
  const std::string index = "http://x/folder/index?key=hush";
  EXPECT_THAT(*ParseIndex("# x\nhttp://x/1\r\n\nhttp://x/2#part\t\nhttp://x/1", index),
              testing::ElementsAre("http://x/1", "http://x/2"));
  EXPECT_THAT(
      *ParseIndex("a%20b.csv\n../c.csv\n/d.csv?e\n//y/f", index),
      testing::ElementsAre("http://x/folder/a%20b.csv", "http://x/c.csv", "http://x/d.csv?e", "http://y/f"));
  EXPECT_THAT(*ParseIndex("", index), testing::IsEmpty());
  EXPECT_THAT(ParseIndex("http://x/1\nftp://x/2", index), HasError(Code::kUnprocessable, "line 2"));
  EXPECT_THAT(*ParseIndex("a b.csv", index), testing::ElementsAre("http://x/folder/a%20b.csv"));
  EXPECT_THAT(ParseIndex("http://x/" + std::string(9'000, 'a'), index),
              HasError(Code::kUnprocessable, "line 1"));
  std::string many;
  for (int i = 0; i <= 200'000; ++i) many += std::to_string(i) + "\n";
  EXPECT_THAT(ParseIndex(many, index), HasError(Code::kTooLarge, "200,000"));
}

}  // namespace
}  // namespace tarn::extract::files
