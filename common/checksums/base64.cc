#include <openssl/evp.h>

#include "common/checksums/checksum.h"

namespace tarn::checksums {

std::string ToBase64(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');  // OpenSSL ends it with NUL
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                   reinterpret_cast<const unsigned char*>(bytes.data()),
                                   static_cast<int>(bytes.size()));
  text.resize(static_cast<size_t>(size));
  return text;
}

std::optional<std::string> FromBase64(std::string_view text) {
  constexpr size_t kMaxBytes = 64 * 1024;
  if (text.size() % 4 != 0 || text.size() > kMaxBytes) return std::nullopt;
  std::string bytes(text.size() / 4 * 3, '\0');
  const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                   reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
  if (size < 0) return std::nullopt;
  // OpenSSL decodes padding as zero bytes, skips blanks and takes stray bits: only the one spelling counts.
  bytes.resize(static_cast<size_t>(size));
  const size_t padding = text.ends_with("==") ? 2 : text.ends_with("=") ? 1 : 0;
  if (bytes.size() < padding) return std::nullopt;
  bytes.resize(bytes.size() - padding);
  if (ToBase64(bytes) != text) return std::nullopt;
  return bytes;
}

}  // namespace tarn::checksums
