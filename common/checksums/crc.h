#pragma once

#include <cstdint>
#include <string>
#include <string_view>

// The CRCs behind Checksum. All are reflected, start with all bits set and are inverted at the end; the functions take
// and return the register before that inversion.

namespace tarn::checksums {

/// Castagnoli's polynomial (RFC 3720 section 12.1), bits reflected.
inline constexpr uint32_t kCrc32cPolynomial = 0x82f63b78;
/// CRC-32 of zlib and Ethernet, bits reflected.
inline constexpr uint32_t kCrc32Polynomial = 0xedb88320;
/// NVM Express NVM Command Set Specification 1.0c section 5.2.1.3.4, bits reflected.
inline constexpr uint64_t kCrc64NvmePolynomial = 0x9a6c9329ac4bc9b5;

uint32_t UpdateCrc32c(uint32_t crc, std::string_view bytes);
/// For processors without an instruction for it, and to test the other against.
uint32_t UpdateCrc32cInSoftware(uint32_t crc, std::string_view bytes);
uint64_t UpdateCrc64Nvme(uint64_t crc, std::string_view bytes);

/// The register's bytes, most significant first.
template <class Register>
std::string BigEndian(Register value) {
  std::string bytes(sizeof(Register), '\0');
  for (size_t i = sizeof(Register); i-- > 0; value = static_cast<Register>(value >> 8)) {
    bytes[i] = static_cast<char>(value & 0xff);
  }
  return bytes;
}

}  // namespace tarn::checksums
