#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace tarn::checksums {

/// Computes a reflected CRC from tables, 16 bytes at a time. Source: Kounavis and Berry, "A Systematic Approach to
/// Building High Performance Software-based CRC Generators", 2005.
template <class Register, Register kPolynomial>
class SlicedCrc {
 public:
  static Register Update(Register crc, std::string_view bytes) {
    static_assert(std::endian::native == std::endian::little, "words are read as they lie in memory");
    for (; bytes.size() >= kSlices; bytes.remove_prefix(kSlices)) {
      std::array<uint64_t, kSlices / 8> words;
      std::memcpy(words.data(), bytes.data(), kSlices);
      words[0] ^= crc;
      crc = 0;
      for (size_t i = 0; i < kSlices; ++i) crc ^= kTables[kSlices - 1 - i][(words[i / 8] >> (i % 8 * 8)) & 0xff];
    }
    for (const char c : bytes) {
      crc = kTables[0][(crc ^ static_cast<uint8_t>(c)) & 0xff] ^ static_cast<Register>(crc >> 8);
    }
    return crc;
  }

 private:
  static constexpr size_t kSlices = 16;
  using Tables = std::array<std::array<Register, 256>, kSlices>;

  // tables[n][b]: what the byte b becomes when n zero bytes follow it.
  static constexpr Tables MakeTables() {
    Tables tables{};
    for (size_t byte = 0; byte < 256; ++byte) {
      Register crc = static_cast<Register>(byte);
      for (int bit = 0; bit < 8; ++bit) {
        crc = (crc & 1) ? static_cast<Register>(crc >> 1) ^ kPolynomial : static_cast<Register>(crc >> 1);
      }
      tables[0][byte] = crc;
    }
    for (size_t n = 1; n < kSlices; ++n) {
      for (size_t byte = 0; byte < 256; ++byte) {
        const Register before = tables[n - 1][byte];
        tables[n][byte] = tables[0][before & 0xff] ^ static_cast<Register>(before >> 8);
      }
    }
    return tables;
  }

  static constexpr Tables kTables = MakeTables();
};

}  // namespace tarn::checksums
