#include "common/s3_client/digest.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <new>

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

std::string Whole(Digest::Algorithm algorithm, std::string_view data) {
  Digest digest(algorithm);
  digest.Update(data);
  return digest.Finish();
}

}  // namespace

Digest::Digest(Algorithm algorithm) : context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {
  const EVP_MD* const kind = algorithm == Algorithm::kMd5 ? EVP_md5() : EVP_sha256();
  if (!context_ || EVP_DigestInit_ex(context_.get(), kind, nullptr) != 1) throw std::bad_alloc();
}

void Digest::Update(std::string_view data) { EVP_DigestUpdate(context_.get(), data.data(), data.size()); }

std::string Digest::Finish() {
  std::string bytes(EVP_MAX_MD_SIZE, '\0');
  unsigned int size = 0;
  EVP_DigestFinal_ex(context_.get(), Bytes(bytes), &size);
  bytes.resize(size);
  return bytes;
}

std::string Md5(std::string_view data) { return Whole(Digest::Algorithm::kMd5, data); }
std::string Sha256(std::string_view data) { return Whole(Digest::Algorithm::kSha256, data); }

std::string HmacSha256(std::string_view key, std::string_view data) {
  std::string bytes(EVP_MAX_MD_SIZE, '\0');
  unsigned int size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), Bytes(data), data.size(), Bytes(bytes), &size);
  bytes.resize(size);
  return bytes;
}

std::string ToHex(std::string_view bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const char byte : bytes) {
    text += kDigits[static_cast<unsigned char>(byte) >> 4];
    text += kDigits[static_cast<unsigned char>(byte) & 15];
  }
  return text;
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

std::string ToBase64(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
  text.resize(static_cast<size_t>(EVP_EncodeBlock(Bytes(text), Bytes(bytes), static_cast<int>(bytes.size()))));
  return text;
}

std::string FromBase64(std::string_view text) {
  if (text.empty() || text.size() % 4 != 0) return {};
  std::string bytes(text.size() / 4 * 3, '\0');
  if (EVP_DecodeBlock(Bytes(bytes), Bytes(text), static_cast<int>(text.size())) < 0) return {};
  for (size_t i = text.size(); i > text.size() - 2 && text[i - 1] == '='; --i) bytes.pop_back();
  return bytes;
}

}  // namespace tarn::s3_client
