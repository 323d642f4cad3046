#include "services/extract/s3/wire/address.h"

#include <gtest/gtest.h>

#include "tests/unit/services/extract/s3/wire/wire_request.h"

namespace tarn::extract::s3 {
namespace {

// "bucket|key", with "*" in front if the host named the bucket.
std::string Parse(std::string_view path, std::optional<std::string_view> host = "127.0.0.1:8100",
                  const std::vector<std::string>& domains = {"lake.example", "s3.lake.example:8100"}) {
  const auto address = ParseAddress(path, host, domains);
  if (!address.ok()) return S3CodeName(address.error().code);
  return (address->virtual_host ? "*" : "") + address->bucket + "|" + address->key;
}

TEST(Address, ReadsPathStyle) {
  EXPECT_EQ(Parse("/"), "|");
  EXPECT_EQ(Parse("/raw"), "raw|");
  EXPECT_EQ(Parse("/raw/"), "raw|");
  EXPECT_EQ(Parse("/raw/a/b.json"), "raw|a/b.json");
  EXPECT_EQ(Parse("/raw/a", std::nullopt), "raw|a");
}

TEST(Address, DecodesTheKeyOnce) {
  EXPECT_EQ(Parse("/raw/a+b"), "raw|a+b");
  EXPECT_EQ(Parse("/raw/a%20b%2Bc"), "raw|a b+c");
  EXPECT_EQ(Parse("/raw/a%2Fb"), "raw|a/b");
  EXPECT_EQ(Parse("/raw/a%252Fb"), "raw|a%2Fb");
  EXPECT_EQ(Parse("/raw/spotify_raw_2024-09-11%2011%3A35%3A15.052966.json"),
            "raw|spotify_raw_2024-09-11 11:35:15.052966.json");
  EXPECT_EQ(Parse("/raw/%C3%A9"), "raw|\u00e9");
  EXPECT_EQ(Parse("/raw%2Fa/b"), "raw/a|b");
}

// Nothing is resolved: what the store would have to refuse must reach it as it is.
TEST(Address, LeavesTraversalToTheStore) {
  EXPECT_EQ(Parse("/raw//a"), "raw|/a");
  for (const char* path : {"/raw/../x", "/raw/%2e%2e/x", "/raw/%2E./x", "/raw/..%2fx"}) EXPECT_EQ(Parse(path), "raw|../x");
  EXPECT_EQ(Parse("/raw/%252e%252e/x"), "raw|%2e%2e/x");
  EXPECT_EQ(Parse("/../etc/passwd"), "..|etc/passwd");
  EXPECT_EQ(Parse("/raw/..\\x"), "raw|..\\x");
}

TEST(Address, RefusesPathsThatNameNoBucket) {
  for (const char* path : {"//", "//raw", "//raw/a", "///raw"}) EXPECT_EQ(Parse(path), "InvalidBucketName") << path;
}

TEST(Address, RefusesWhatIsNoPath) {
  for (const char* path : {"", "*", "raw/a", "http://localhost/raw", "/raw/%", "/raw/%zz", "/raw/a%00b", "/raw/%ff",
                           "/%c0%ae%c0%ae/x", "/raw/%ed%a0%80"}) {
    EXPECT_EQ(Parse(path), "InvalidURI") << path;
  }
}

TEST(Address, ReadsVirtualHostStyle) {
  EXPECT_EQ(Parse("/a/b", "raw.localhost:8100"), "*raw|a/b");
  EXPECT_EQ(Parse("/", "raw.localhost"), "*raw|");
  EXPECT_EQ(Parse("/a", "RAW.S3.LocalHost:80"), "*raw|a");
  EXPECT_EQ(Parse("/a", "my.dotted.bucket.s3.localhost"), "*my.dotted.bucket|a");
  EXPECT_EQ(Parse("/a", "raw.lake.example"), "*raw|a");
  EXPECT_EQ(Parse("/a", "raw.s3.lake.example:8100"), "*raw|a");
  EXPECT_EQ(Parse("//a", "raw.localhost"), "*raw|/a");
}

TEST(Address, TakesTheEndpointsOwnNamesForPathStyle) {
  for (const char* host : {"localhost:8100", "s3.localhost", "lake.example", "s3.lake.example", "[::1]:8100", "10.0.0.1",
                           "elsewhere.example", ".localhost", ""}) {
    EXPECT_EQ(Parse("/raw/a", host), "raw|a") << host;
  }
}

}  // namespace
}  // namespace tarn::extract::s3
