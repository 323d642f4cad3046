#include "services/catalog/inference/evidence/evidence.h"

namespace tarn::inference {

std::string Shorten(std::string_view value, size_t bytes) {
  if (value.size() <= bytes) return std::string(value);
  while (bytes > 0 && (static_cast<unsigned char>(value[bytes]) & 0xc0) == 0x80) --bytes;
  return std::string(value.substr(0, bytes)) + "...";
}

}  // namespace tarn::inference
