#include "common/ids/ulid.h"
#include "common/s3_client/signer.h"

#include <gtest/gtest.h>

#include "common/s3_client/digest.h"
#include "tests/support/result_matchers.h"

namespace tarn::s3_client {
namespace {

constexpr const char* kEmptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

// The examples of "Signature Calculations for the Authorization Header", Amazon S3 API reference: their request
// elements, dates and signatures.
class SignerTest : public testing::Test {
 protected:
  std::string Signature(const std::string& method, const std::string& key, const Query& query,
                        std::vector<std::pair<std::string, std::string>> headers, const std::string& payload_hash) {
    const auto endpoint = Endpoint::Make("https://s3.amazonaws.com", "examplebucket", false);
    http_client::Request request;
    request.method = method;
    request.headers = std::move(headers);
    Sign(request, endpoint->ForKey(key, query), {"AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", ""},
         "us-east-1", payload_hash, *ParseRfc3339("2013-05-24T00:00:00Z"));
    const std::string& authorization = request.headers.back().second;
    return authorization.substr(authorization.find("Signature=") + 10);
  }
};

TEST_F(SignerTest, SignsAGetOfARangeAsPublished) {
  EXPECT_EQ(Signature("GET", "test.txt", {}, {{"Range", "bytes=0-9"}}, kEmptyHash),
            "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
}

TEST_F(SignerTest, SignsAPutAsPublished) {
  EXPECT_EQ(Signature("PUT", "test$file.text", {},
                      {{"Date", "Fri, 24 May 2013 00:00:00 GMT"}, {"x-amz-storage-class", "REDUCED_REDUNDANCY"}},
                      ToHex(Sha256("Welcome to Amazon S3."))),
            "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");
}

TEST_F(SignerTest, SignsAQueryWithoutAValueAsPublished) {
  EXPECT_EQ(Signature("GET", "", {{"lifecycle", ""}}, {}, kEmptyHash),
            "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
}

TEST_F(SignerTest, SignsAListingAsPublished) {
  EXPECT_EQ(Signature("GET", "", {{"prefix", "J"}, {"max-keys", "2"}}, {}, kEmptyHash),
            "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
}

TEST_F(SignerTest, SortsHeadersByTheirNames) {
  const auto endpoint = Endpoint::Make("http://127.0.0.1:9000", "bucket", true);
  http_client::Request request;
  request.headers = {{"x-amz-meta-a-b", "1"}, {"x-amz-meta-a", "2"}, {"x-amz-meta-a1", "3"}};
  Sign(request, endpoint->ForKey("k", {}), {"id", "secret", "token"}, "eu-central-1", kEmptyHash, Timestamp{});
  EXPECT_THAT(request.headers.back().second,
              testing::HasSubstr("SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-meta-a;x-amz-meta-a-b;"
                                 "x-amz-meta-a1;x-amz-security-token,"));
}

TEST_F(SignerTest, LeavesAnonymousRequestsAlone) {
  const auto endpoint = Endpoint::Make("http://127.0.0.1:9000", "bucket", true);
  http_client::Request request;
  Sign(request, endpoint->ForKey("k", {}), {}, "us-east-1", kEmptyHash, Timestamp{});
  EXPECT_TRUE(request.headers.empty());
}

}  // namespace
}  // namespace tarn::s3_client
