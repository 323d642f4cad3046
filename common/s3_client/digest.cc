#include "common/s3_client/digest.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "common/checksums/checksum.h"

namespace tarn::s3_client {
namespace {

const unsigned char* Bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* Bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::string Md5(std::string_view data) { return checksums::Compute(checksums::Algorithm::kMd5, data); }
std::string Sha256(std::string_view data) { return checksums::Compute(checksums::Algorithm::kSha256, data); }

std::string HmacSha256(std::string_view key, std::string_view data) {
  std::string bytes(EVP_MAX_MD_SIZE, '\0');
  unsigned int size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), Bytes(data), data.size(), Bytes(bytes), &size);
  bytes.resize(size);
  return bytes;
}

std::string FromHex(std::string_view text) {
  std::string bytes;
  if (text.size() % 2 != 0) return bytes;
  for (size_t i = 0; i < text.size(); i += 2) {
    const int high = HexDigit(text[i]), low = HexDigit(text[i + 1]);
    if (high < 0 || low < 0) return {};
    bytes += static_cast<char>(high << 4 | low);
  }
  return bytes;
}

}  // namespace tarn::s3_client
