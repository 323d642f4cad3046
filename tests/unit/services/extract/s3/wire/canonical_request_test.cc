#include "services/extract/s3/wire/canonical_request.h"

#include <gtest/gtest.h>

namespace tarn::extract::s3 {
namespace {

TEST(CanonicalPath, EncodesOnce) {
  EXPECT_EQ(CanonicalPath("/"), "/");
  EXPECT_EQ(CanonicalPath("/a b"), "/a%20b");
  EXPECT_EQ(CanonicalPath("/a%20b%2bc+d"), "/a%20b%2Bc%2Bd");
  EXPECT_EQ(CanonicalPath("/a%252Fb"), "/a%252Fb");
  EXPECT_EQ(CanonicalPath("/%41-._~!*'()"), "/A-._~%21%2A%27%28%29");
  EXPECT_EQ(CanonicalPath("/%c3%A9"), "/%C3%A9");
}

TEST(CanonicalPath, KeepsSlashesAndDots) {
  EXPECT_EQ(CanonicalPath("//a//./../b/"), "//a//./../b/");
  EXPECT_EQ(CanonicalPath("/a%2Fb"), "/a/b");
}

TEST(CanonicalQuery, SortsByEncodedNameAndValue) {
  EXPECT_EQ(CanonicalQuery({{"prefix", "b"}, {"prefix", "a"}, {"list-type", "2"}, {"Z", ""}}),
            "Z=&list-type=2&prefix=a&prefix=b");
  EXPECT_EQ(CanonicalQuery({{"a b", "c+d/\u00e9"}}), "a%20b=c%2Bd%2F%C3%A9");
  EXPECT_EQ(CanonicalQuery({{"uploads", ""}}), "uploads=");
  EXPECT_EQ(CanonicalQuery({{"a-", "1"}, {"a", "2"}}), "a=2&a-=1");
  EXPECT_EQ(CanonicalQuery({{"X-Amz-Signature", "0"}, {"X-Amz-Date", "1"}}), "X-Amz-Date=1");
}

TEST(CanonicalHeaderValue, JoinsAndTrims) {
  http::Headers headers;
  headers.Add("X-Amz-Meta-A", "  a   b\t c  ");
  headers.Add("Host", "h");
  headers.Add("x-amz-meta-a", "\"d   e\"");
  EXPECT_EQ(CanonicalHeaderValue(headers, "x-amz-meta-a"), "a b c,\"d e\"");
  EXPECT_EQ(CanonicalHeaderValue(headers, "missing"), "");
}

}  // namespace
}  // namespace tarn::extract::s3
