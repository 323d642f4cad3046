#include "common/checksums/crc.h"
#include "common/checksums/sliced_crc.h"

#if defined(__x86_64__)
#include <nmmintrin.h>
#endif

namespace tarn::checksums {
namespace {

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) uint32_t UpdateWithInstruction(uint32_t crc, std::string_view bytes) {
  uint64_t wide = crc;
  for (; bytes.size() >= 8; bytes.remove_prefix(8)) {
    uint64_t word;
    std::memcpy(&word, bytes.data(), 8);
    wide = _mm_crc32_u64(wide, word);
  }
  crc = static_cast<uint32_t>(wide);
  for (const char c : bytes) crc = _mm_crc32_u8(crc, static_cast<uint8_t>(c));
  return crc;
}
#endif

}  // namespace

uint32_t UpdateCrc32cInSoftware(uint32_t crc, std::string_view bytes) {
  return SlicedCrc<uint32_t, kCrc32cPolynomial>::Update(crc, bytes);
}

uint32_t UpdateCrc32c(uint32_t crc, std::string_view bytes) {
#if defined(__x86_64__)
  static const bool has_instruction = __builtin_cpu_supports("sse4.2");
  if (has_instruction) return UpdateWithInstruction(crc, bytes);
#endif
  return UpdateCrc32cInSoftware(crc, bytes);
}

}  // namespace tarn::checksums
