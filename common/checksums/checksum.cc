#include "common/checksums/checksum.h"

#include <zlib.h>

#include <algorithm>

#include "common/checksums/crc.h"
#include "common/checksums/digest.h"

namespace tarn::checksums {
namespace {

class Crc32 : public Checksum {
 public:
  void Update(std::string_view bytes) override {
    crc_ = crc32_z(crc_, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size());
  }
  std::string Finish() override { return BigEndian(static_cast<uint32_t>(crc_)); }

 private:
  uLong crc_ = 0;
};

template <class Register, Register (*kUpdate)(Register, std::string_view)>
class OwnCrc : public Checksum {
 public:
  void Update(std::string_view bytes) override { crc_ = kUpdate(crc_, bytes); }
  std::string Finish() override { return BigEndian(static_cast<Register>(~crc_)); }

 private:
  Register crc_ = static_cast<Register>(~Register{0});
};

constexpr Algorithm kAlgorithms[] = {Algorithm::kCrc32, Algorithm::kCrc32c, Algorithm::kCrc64Nvme,
                                     Algorithm::kSha1,  Algorithm::kSha256, Algorithm::kMd5};

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

const char* AlgorithmName(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::kCrc32:
      return "crc32";
    case Algorithm::kCrc32c:
      return "crc32c";
    case Algorithm::kCrc64Nvme:
      return "crc64nvme";
    case Algorithm::kSha1:
      return "sha1";
    case Algorithm::kSha256:
      return "sha256";
    case Algorithm::kMd5:
      return "md5";
  }
  return "";
}

std::optional<Algorithm> ParseAlgorithm(std::string_view name) {
  std::string lower(name);
  std::transform(lower.begin(), lower.end(), lower.begin(), Lower);
  for (const Algorithm algorithm : kAlgorithms) {
    if (lower == AlgorithmName(algorithm)) return algorithm;
  }
  return std::nullopt;
}

size_t ChecksumSize(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::kCrc32:
    case Algorithm::kCrc32c:
      return 4;
    case Algorithm::kCrc64Nvme:
      return 8;
    case Algorithm::kSha1:
      return 20;
    case Algorithm::kSha256:
      return 32;
    case Algorithm::kMd5:
      return 16;
  }
  return 0;
}

std::unique_ptr<Checksum> Checksum::Make(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::kCrc32:
      return std::make_unique<Crc32>();
    case Algorithm::kCrc32c:
      return std::make_unique<OwnCrc<uint32_t, UpdateCrc32c>>();
    case Algorithm::kCrc64Nvme:
      return std::make_unique<OwnCrc<uint64_t, UpdateCrc64Nvme>>();
    case Algorithm::kSha1:
    case Algorithm::kSha256:
    case Algorithm::kMd5:
      break;
  }
  return MakeDigest(algorithm);
}

std::string Checksum::FinishBase64() { return ToBase64(Finish()); }

std::string Compute(Algorithm algorithm, std::string_view bytes) {
  const auto checksum = Checksum::Make(algorithm);
  checksum->Update(bytes);
  return checksum->Finish();
}

}  // namespace tarn::checksums
