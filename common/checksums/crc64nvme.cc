#include "common/checksums/crc.h"
#include "common/checksums/sliced_crc.h"

namespace tarn::checksums {

uint64_t UpdateCrc64Nvme(uint64_t crc, std::string_view bytes) {
  return SlicedCrc<uint64_t, kCrc64NvmePolynomial>::Update(crc, bytes);
}

}  // namespace tarn::checksums
