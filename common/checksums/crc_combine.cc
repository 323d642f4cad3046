#include <cassert>

#include "common/checksums/checksum.h"
#include "common/checksums/crc.h"

namespace tarn::checksums {
namespace {

// CRCs are polynomials modulo P with the coefficient of x^0 in the highest bit. Bytes that follow multiply the CRC of
// those before by x^8 each.

template <class Register>
constexpr Register kOne = Register{1} << (sizeof(Register) * 8 - 1);

template <class Register>
Register Multiply(Register a, Register b, Register polynomial) {
  Register product = 0;
  for (Register bit = kOne<Register>; bit != 0; bit = static_cast<Register>(bit >> 1)) {
    if (a & bit) product ^= b;
    b = (b & 1) ? static_cast<Register>(b >> 1) ^ polynomial : static_cast<Register>(b >> 1);
  }
  return product;
}

template <class Register>
Register Shift(Register crc, uint64_t bytes, Register polynomial) {
  Register power = kOne<Register> >> 8;  // x^8
  for (; bytes != 0; bytes >>= 1) {
    if (bytes & 1) crc = Multiply(crc, power, polynomial);
    power = Multiply(power, power, polynomial);
  }
  return crc;
}

template <class Register>
std::string Combine(std::string_view first, std::string_view second, uint64_t second_size, Register polynomial) {
  const auto read = [](std::string_view bytes) {
    Register value = 0;
    for (const char c : bytes) value = static_cast<Register>(value << 8) | static_cast<uint8_t>(c);
    return value;
  };
  return BigEndian(static_cast<Register>(Shift(read(first), second_size, polynomial) ^ read(second)));
}

}  // namespace

std::string CombineCrc(Algorithm algorithm, std::string_view first, std::string_view second, uint64_t second_size) {
  switch (algorithm) {
    case Algorithm::kCrc32:
      return Combine<uint32_t>(first, second, second_size, kCrc32Polynomial);
    case Algorithm::kCrc32c:
      return Combine<uint32_t>(first, second, second_size, kCrc32cPolynomial);
    case Algorithm::kCrc64Nvme:
      return Combine<uint64_t>(first, second, second_size, kCrc64NvmePolynomial);
    case Algorithm::kSha1:
    case Algorithm::kSha256:
    case Algorithm::kMd5:
      break;
  }
  assert(false && "digests cannot be combined");
  return {};
}

}  // namespace tarn::checksums
