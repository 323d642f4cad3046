#include "services/extract/sources/files/file_digest.h"

#include <gtest/gtest.h>

#include "tests/unit/services/extract/sources/files/run_lab.h"

namespace tarn::extract::files {
namespace {

using checksums::Algorithm;

std::string Encoded(Algorithm algorithm) {
  return checksums::ToBase64(checksums::Compute(algorithm, "content"));
}

TEST(DigestOf, TakesTheStrongest) {
  http_client::Response response;
  response.status = 200;
  EXPECT_FALSE(DigestOf(response));
  response.headers = {{"Content-MD5", Encoded(Algorithm::kMd5)}};
  EXPECT_EQ(DigestOf(response)->algorithm, Algorithm::kMd5);
  response.headers.emplace_back("x-goog-hash", "crc32c=" + Encoded(Algorithm::kCrc32c));
  response.headers.emplace_back("Digest", "id-x=1, SHA-256=" + Encoded(Algorithm::kSha256));
  const auto digest = DigestOf(response);
  EXPECT_EQ(digest->algorithm, Algorithm::kSha256);
  EXPECT_EQ(digest->bytes, checksums::Compute(Algorithm::kSha256, "content"));
  EXPECT_EQ(FileDigest::FromText(digest->ToText())->bytes, digest->bytes);
}

TEST(DigestOf, LeavesOutWhatIsBrokenOrOfAPart) {
  http_client::Response response;
  response.status = 206;
  response.headers = {{"Content-MD5", Encoded(Algorithm::kMd5)}};
  EXPECT_FALSE(DigestOf(response));
  response.status = 200;
  response.headers = {
      {"Content-MD5", "x"}, {"Digest", "sha-256=" + Encoded(Algorithm::kMd5)}, {"Repr-Digest", ",,="}};
  EXPECT_FALSE(DigestOf(response));
  EXPECT_FALSE(FileDigest::FromText("nonesuch:AAAA"));
  EXPECT_FALSE(FileDigest::FromText(""));
}

TEST(HashFile, HashesAllOfAFile) {
  TempDirectory home;
  WriteFile(home / "file", std::string(3'000'000, 'x'));
  EXPECT_EQ(*HashFile(home / "file", Algorithm::kSha256, {}),
            checksums::Compute(Algorithm::kSha256, std::string(3'000'000, 'x')));
  EXPECT_THAT(HashFile(home / "none", Algorithm::kSha256, {}), HasError(Code::kInternal, ""));
  std::stop_source stop;
  stop.request_stop();
  EXPECT_THAT(HashFile(home / "file", Algorithm::kSha256, stop.get_token()), HasError(Code::kCancelled, ""));
}

}  // namespace
}  // namespace tarn::extract::files
