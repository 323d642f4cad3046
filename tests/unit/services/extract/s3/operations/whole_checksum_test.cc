#include "services/extract/s3/operations/whole_checksum.h"

#include "tests/support/result_matchers.h"
#include "tests/unit/services/extract/s3/wire/wire_request.h"

namespace tarn::extract::s3 {
namespace {

using checksums::Algorithm;

const std::string kFirst(1000, 'a'), kSecond = "tail";

object_store::Upload UploadWith(Algorithm algorithm, bool full_object) {
  object_store::Upload upload;
  upload.checksum_algorithm = checksums::AlgorithmName(algorithm);
  upload.full_object_checksum = full_object;
  return upload;
}

object_store::ObjectAttributes PartsWith(Algorithm algorithm) {
  object_store::ObjectAttributes attributes;
  for (const std::string& content : {kFirst, kSecond}) {
    object_store::ObjectPart part;
    part.size_bytes = content.size();
    part.checksums[checksums::AlgorithmName(algorithm)] =
        checksums::ToBase64(checksums::Compute(algorithm, content));
    attributes.parts.push_back(part);
  }
  return attributes;
}

TEST(WholeChecksum, OfAFullObjectIsThatOfTheContent) {
  for (const Algorithm algorithm : {Algorithm::kCrc32, Algorithm::kCrc32c, Algorithm::kCrc64Nvme}) {
    const std::string name = checksums::AlgorithmName(algorithm);
    const std::string whole = checksums::ToBase64(checksums::Compute(algorithm, kFirst + kSecond));
    auto attributes = PartsWith(algorithm);
    ASSERT_THAT(WholeChecksum(UploadWith(algorithm, true), {{name, whole}}).Finish(attributes), IsOk());
    EXPECT_EQ(attributes.checksums[name], whole);
    EXPECT_THAT(WholeChecksum(UploadWith(algorithm, true), {{name, "AAAA"}}).Finish(attributes),
                HasError(Code::kInvalidArgument, "checksum"));
  }
}

TEST(WholeChecksum, OfPartsIsThatOfTheirChecksums) {
  const std::string all =
      checksums::Compute(Algorithm::kSha256, kFirst) + checksums::Compute(Algorithm::kSha256, kSecond);
  const std::string composite = checksums::ToBase64(checksums::Compute(Algorithm::kSha256, all));
  for (const std::string& given : {composite, composite + "-2"}) {
    auto attributes = PartsWith(Algorithm::kSha256);
    ASSERT_THAT(WholeChecksum(UploadWith(Algorithm::kSha256, false), {{"sha256", given}}).Finish(attributes),
                IsOk());
    EXPECT_EQ(attributes.checksums["sha256"], composite + "-2");
  }
}

TEST(WholeChecksum, GivenAtTheEndIsComparedWithTheContent) {
  const std::string crc = checksums::ToBase64(checksums::Compute(Algorithm::kCrc32, kFirst + kSecond));
  for (const bool right : {true, false}) {
    WholeChecksum checksum(object_store::Upload(), {{"crc32", right ? crc : "AAAAAA=="}});
    ASSERT_TRUE(checksum.needs_content());
    checksum.Observe(kFirst);
    checksum.Observe(kSecond);
    object_store::ObjectAttributes attributes;
    const Status finished = checksum.Finish(attributes);
    EXPECT_EQ(finished.ok(), right);
    EXPECT_EQ(attributes.checksums.count("crc32"), right ? 1u : 0u);
  }
}

TEST(WholeChecksum, IsNoneForAnUploadWithoutOne) {
  object_store::ObjectAttributes attributes;
  WholeChecksum checksum(object_store::Upload(), {});
  EXPECT_FALSE(checksum.needs_content());
  ASSERT_THAT(checksum.Finish(attributes), IsOk());
  EXPECT_TRUE(attributes.checksums.empty());
}

}  // namespace
}  // namespace tarn::extract::s3
