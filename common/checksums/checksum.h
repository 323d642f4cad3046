#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace tarn::checksums {

enum class Algorithm { kCrc32, kCrc32c, kCrc64Nvme, kSha1, kSha256, kMd5 };

/// The five that S3 keeps with objects (x-amz-checksum-*).
inline constexpr Algorithm kS3Algorithms[] = {Algorithm::kCrc32, Algorithm::kCrc32c, Algorithm::kCrc64Nvme,
                                              Algorithm::kSha1, Algorithm::kSha256};

/// "crc32", "crc32c", "crc64nvme", "sha1", "sha256", "md5".
const char* AlgorithmName(Algorithm algorithm);
/// Any case, as S3 writes "CRC32C" in some places. Nothing for an unknown name.
std::optional<Algorithm> ParseAlgorithm(std::string_view name);
/// The size of a checksum in bytes, before it is encoded.
size_t ChecksumSize(Algorithm algorithm);

/// Computes one checksum of bytes as they pass. CRCs come out most significant byte first, as S3 has them.
class Checksum {
 public:
  static std::unique_ptr<Checksum> Make(Algorithm algorithm);
  virtual ~Checksum() = default;

  virtual void Update(std::string_view bytes) = 0;
  /// The checksum's bytes. Once; nothing may follow.
  virtual std::string Finish() = 0;
  /// Finish() in base64. Once.
  std::string FinishBase64();
};

/// All at once: the checksum's bytes.
std::string Compute(Algorithm algorithm, std::string_view bytes);

/// Standard alphabet, with padding (RFC 4648 section 4).
std::string ToBase64(std::string_view bytes);
/// Nothing unless `text` is exactly what ToBase64 writes for some bytes. At most 64 KiB.
std::optional<std::string> FromBase64(std::string_view text);

/// The CRC of two pieces one after the other, from the CRC of each: Finish()'s bytes, for the three CRCs. S3 calls
/// this the full object checksum of an upload in parts.
std::string CombineCrc(Algorithm algorithm, std::string_view first, std::string_view second, uint64_t second_size);

}  // namespace tarn::checksums
