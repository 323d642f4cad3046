#include "common/object_store/md5.h"

#include <openssl/evp.h>

#include <array>

#include "common/ids/ulid.h"

namespace tarn::object_store {

Md5::Md5() : context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) { EVP_DigestInit_ex(context_.get(), EVP_md5(), nullptr); }

void Md5::Update(std::string_view data) { EVP_DigestUpdate(context_.get(), data.data(), data.size()); }

std::string Md5::Finish() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  EVP_DigestFinal_ex(context_.get(), digest.data(), &size);
  return ToHex(std::string_view(reinterpret_cast<const char*>(digest.data()), size));
}

}  // namespace tarn::object_store
