#include "common/s3_client/endpoint.h"

#include <gtest/gtest.h>

#include "tests/support/result_matchers.h"

namespace tarn::s3_client {
namespace {

TEST(Endpoint, PutsTheBucketIntoThePathOrBeforeTheHost) {
  const auto path = Endpoint::Make("http://127.0.0.1:9000/", "raw", true);
  ASSERT_THAT(path, IsOk());
  EXPECT_EQ(path->ForKey("a/b", {}).Url(), "http://127.0.0.1:9000/raw/a/b");
  EXPECT_EQ(path->ForKey("", {}).Url(), "http://127.0.0.1:9000/raw");
  const auto host = Endpoint::Make("https://S3.example.org:443", "raw", false);
  ASSERT_THAT(host, IsOk());
  EXPECT_EQ(host->ForKey("a", {}).Url(), "https://raw.s3.example.org/a");
  EXPECT_EQ(host->ForKey("", {}).Url(), "https://raw.s3.example.org/");
  EXPECT_EQ(host->ForKey("", {}).host, "raw.s3.example.org");
}

TEST(Endpoint, KeepsAPathOfItsOwn) {
  const auto endpoint = Endpoint::Make("https://gateway.example.org/s3/", "raw", true);
  ASSERT_THAT(endpoint, IsOk());
  EXPECT_EQ(endpoint->ForKey("k", {}).Url(), "https://gateway.example.org/s3/raw/k");
}

TEST(Endpoint, EncodesKeysAsTheSignatureDoes) {
  const auto endpoint = Endpoint::Make("http://h", "raw", true);
  EXPECT_EQ(endpoint->ForKey("a b:c+d/é%/~", {}).path, "/raw/a%20b%3Ac%2Bd/%C3%A9%25/~");
  EXPECT_EQ(endpoint->ForKey("/a//../b", {}).path, "/raw//a//../b");
}

TEST(Endpoint, SortsTheQueryByEncodedNames) {
  const auto endpoint = Endpoint::Make("http://h", "raw", true);
  EXPECT_EQ(endpoint->ForKey("", {{"uploads", ""}, {"prefix", "a b/&="}, {"X", "1"}}).query,
            "X=1&prefix=a%20b%2F%26%3D&uploads=");
}

TEST(Endpoint, RefusesWhatIsNoEndpoint) {
  for (const char* url : {"", "h", "ftp://h", "http://", "http://u:p@h", "http://h?q", "http://h/#f", "http://h h"}) {
    EXPECT_THAT(Endpoint::Make(url, "raw", true), HasError(Code::kInvalidArgument, "endpoint")) << url;
  }
  for (const char* bucket : {"", "a", "a/b", "..", "a..b", "a?b", ".abc"}) {
    EXPECT_THAT(Endpoint::Make("http://h", bucket, false), HasError(Code::kInvalidArgument, "bucket")) << bucket;
  }
}

TEST(UriDecode, UndoesWhatListingsEncode) {
  EXPECT_EQ(UriDecode("a+b%2Bc%C3%A9"), "a b+cé");
  EXPECT_EQ(UriDecode("50%"), "50%");
  EXPECT_EQ(UriDecode("%zz%4"), "%zz%4");
}

}  // namespace
}  // namespace tarn::s3_client
