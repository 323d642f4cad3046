#include "common/checksums/checksum.h"

#include <gtest/gtest.h>

#include "common/checksums/crc.h"
#include "common/ids/ulid.h"

namespace tarn::checksums {
namespace {

constexpr Algorithm kAll[] = {Algorithm::kCrc32, Algorithm::kCrc32c, Algorithm::kCrc64Nvme,
                              Algorithm::kSha1,  Algorithm::kSha256, Algorithm::kMd5};

std::string Hex(Algorithm algorithm, std::string_view bytes) { return ToHex(Compute(algorithm, bytes)); }

// The CRC catalogue's check values (reveng.sourceforge.io/crc-catalogue).
TEST(Checksum, GivesTheCatalogueValues) {
  EXPECT_EQ(Hex(Algorithm::kCrc32, "123456789"), "cbf43926");
  EXPECT_EQ(Hex(Algorithm::kCrc32c, "123456789"), "e3069283");
  EXPECT_EQ(Hex(Algorithm::kCrc64Nvme, "123456789"), "ae8b14860a799888");
}

TEST(Checksum, GivesTheDigestsOfTheStandards) {
  EXPECT_EQ(Hex(Algorithm::kSha1, "abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(Hex(Algorithm::kSha256, "abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(Hex(Algorithm::kMd5, "abc"), "900150983cd24fb0d6963f7d28e17f72");
}

// RFC 3720 appendix B.4, most significant byte first.
TEST(Checksum, GivesTheIscsiValues) {
  std::string rising;
  for (int i = 0; i < 32; ++i) rising += static_cast<char>(i);
  EXPECT_EQ(Hex(Algorithm::kCrc32c, std::string(32, '\0')), "8a9136aa");
  EXPECT_EQ(Hex(Algorithm::kCrc32c, std::string(32, '\xff')), "62a8ab43");
  EXPECT_EQ(Hex(Algorithm::kCrc32c, rising), "46dd794e");
}

TEST(Checksum, DoesNotDependOnHowTheBytesAreCut) {
  const std::string bytes = RandomBytes(1'000);
  for (const Algorithm algorithm : kAll) {
    for (const size_t step : {1, 7, 8, 15, 16, 17, 999}) {
      const auto checksum = Checksum::Make(algorithm);
      for (size_t at = 0; at < bytes.size(); at += step) {
        checksum->Update(std::string_view(bytes).substr(at, step));
      }
      EXPECT_EQ(checksum->FinishBase64(), ToBase64(Compute(algorithm, bytes))) << AlgorithmName(algorithm) << step;
    }
    EXPECT_EQ(Compute(algorithm, bytes).size(), ChecksumSize(algorithm));
  }
}

TEST(Checksum, IsTheSameWithoutTheInstruction) {
  for (const size_t size : {0, 1, 15, 16, 17, 4'099}) {
    const std::string bytes = RandomBytes(size);
    EXPECT_EQ(UpdateCrc32c(~0u, bytes), UpdateCrc32cInSoftware(~0u, bytes)) << size;
  }
}

TEST(Checksum, CombinesCrcsOfPieces) {
  const std::string first = RandomBytes(12'345), second = RandomBytes(6'789);
  for (const Algorithm algorithm : {Algorithm::kCrc32, Algorithm::kCrc32c, Algorithm::kCrc64Nvme}) {
    const auto combine = [&](std::string_view a, std::string_view b) {
      return ToHex(CombineCrc(algorithm, Compute(algorithm, a), Compute(algorithm, b), b.size()));
    };
    EXPECT_EQ(combine(first, second), Hex(algorithm, first + second)) << AlgorithmName(algorithm);
    EXPECT_EQ(combine(first, ""), Hex(algorithm, first)) << AlgorithmName(algorithm);
    EXPECT_EQ(combine("", second), Hex(algorithm, second)) << AlgorithmName(algorithm);
  }
}

TEST(Checksum, IsFoundByName) {
  for (const Algorithm algorithm : kAll) EXPECT_EQ(ParseAlgorithm(AlgorithmName(algorithm)), algorithm);
  EXPECT_EQ(ParseAlgorithm("CRC64NVME"), Algorithm::kCrc64Nvme);
  for (const char* name : {"", "crc", "crc33", "sha-256", "sha2566"}) EXPECT_EQ(ParseAlgorithm(name), std::nullopt);
}

}  // namespace
}  // namespace tarn::checksums
