#include "common/events/base64.h"

#include <openssl/evp.h>

#include <algorithm>

namespace tarn::events {

std::string ToBase64(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');  // OpenSSL ends it with NUL
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                   reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
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
  // OpenSSL decodes padding as zero bytes.
  const auto padding = static_cast<size_t>(std::count(text.end() - std::min<std::ptrdiff_t>(2, text.end() - text.begin()), text.end(), '='));
  bytes.resize(static_cast<size_t>(size) - std::min(padding, static_cast<size_t>(size)));
  // It also skips blanks and takes stray bits: only the one spelling counts.
  if (ToBase64(bytes) != text) return std::nullopt;
  return bytes;
}

}  // namespace tarn::events
