#include "common/checksums/digest.h"

#include <openssl/evp.h>

namespace tarn::checksums {
namespace {

class Digest : public Checksum {
 public:
  explicit Digest(const EVP_MD* type) : context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {
    EVP_DigestInit_ex(context_.get(), type, nullptr);
  }

  void Update(std::string_view bytes) override { EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()); }

  std::string Finish() override {
    std::string digest(EVP_MAX_MD_SIZE, '\0');
    unsigned int size = 0;
    EVP_DigestFinal_ex(context_.get(), reinterpret_cast<unsigned char*>(digest.data()), &size);
    digest.resize(size);
    return digest;
  }

 private:
  std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context_;
};

}  // namespace

std::unique_ptr<Checksum> MakeDigest(Algorithm algorithm) {
  const EVP_MD* type = algorithm == Algorithm::kSha1   ? EVP_sha1()
                       : algorithm == Algorithm::kMd5 ? EVP_md5()
                                                      : EVP_sha256();
  return std::make_unique<Digest>(type);
}

}  // namespace tarn::checksums
