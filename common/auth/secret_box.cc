#include "common/auth/secret_box.h"

#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "common/ids/ulid.h"

namespace tarn::auth {
namespace {

constexpr size_t kKeySize = 32, kNonceSize = 12, kTagSize = 16;

class Descriptor {
 public:
  explicit Descriptor(int value) : value_(value) {}
  ~Descriptor() {
    if (value_ >= 0) close(value_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int operator*() const { return value_; }
  bool ok() const { return value_ >= 0; }

 private:
  int value_;
};

Error Failure(const char* doing, const std::filesystem::path& file) {
  const Code code = errno == EACCES || errno == EPERM ? Code::kPermissionDenied : Code::kUnavailable;
  return Error(code, std::string(doing) + ": " + std::strerror(errno) + ": " + file.string());
}

// Written whole and durable under another name first: a crash never leaves half a key. Linking fails where another
// process was faster; its key counts then.
Status CreateKey(const std::filesystem::path& file) {
  const std::filesystem::path fresh = file.string() + "." + ToHex(RandomBytes(8));
  const std::string key = RandomBytes(kKeySize);
  {
    const Descriptor descriptor(open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!descriptor.ok()) return Failure("cannot create the key of the stored secrets", fresh);
    const bool written = write(*descriptor, key.data(), key.size()) == static_cast<ssize_t>(key.size()) &&
                         fsync(*descriptor) == 0;
    if (!written) {
      const Error failure = Failure("cannot write the key of the stored secrets", fresh);
      unlink(fresh.c_str());
      return failure;
    }
  }
  const bool linked = link(fresh.c_str(), file.c_str()) == 0 || errno == EEXIST;
  const Error failure = Failure("cannot create the key of the stored secrets", file);
  unlink(fresh.c_str());
  if (!linked) return failure;
  const Descriptor directory(open(file.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory.ok() || fsync(*directory) != 0) return Failure("cannot make the directory durable", file.parent_path());
  return Ok();
}

struct CipherContext {
  CipherContext() : handle(EVP_CIPHER_CTX_new()) {}
  ~CipherContext() { EVP_CIPHER_CTX_free(handle); }
  CipherContext(const CipherContext&) = delete;
  CipherContext& operator=(const CipherContext&) = delete;
  EVP_CIPHER_CTX* handle;
};

const unsigned char* Bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* Bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

}  // namespace

SecretBox::~SecretBox() { OPENSSL_cleanse(key_.data(), key_.size()); }

Result<std::unique_ptr<SecretBox>> SecretBox::Open(const std::filesystem::path& file, bool create) {
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) {
    if (!create) {
      return Error(Code::kUnprocessable, "the key of the stored secrets is missing: restore it, or remove auth.db to "
                                         "begin without access keys: " + file.string());
    }
    TARN_TRY(CreateKey(file));
  }
  const Descriptor descriptor(open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!descriptor.ok()) return Failure("cannot read the key of the stored secrets", file);
  struct stat attributes {};
  if (fstat(*descriptor, &attributes) != 0) return Failure("cannot look at the key of the stored secrets", file);
  if ((attributes.st_mode & 077) != 0) {
    return Error(Code::kPermissionDenied,
                 "others than its owner may use the key of the stored secrets; change that (chmod 600) and consider "
                 "the secrets known: " + file.string());
  }
  std::string key(kKeySize + 1, '\0');
  const ssize_t size = read(*descriptor, key.data(), key.size());
  if (size != static_cast<ssize_t>(kKeySize) || !S_ISREG(attributes.st_mode)) {
    return Error(Code::kUnprocessable, "the key of the stored secrets must be a file of 32 bytes: " + file.string());
  }
  key.resize(kKeySize);
  return std::unique_ptr<SecretBox>(new SecretBox(std::move(key)));
}

Result<std::string> SecretBox::Encrypt(std::string_view secret, std::string_view owner) const {
  const CipherContext context;
  std::string sealed = RandomBytes(kNonceSize);
  sealed.resize(kNonceSize + secret.size() + kTagSize);
  unsigned char* const out = Bytes(sealed);
  int size = 0;
  const bool done =
      EVP_EncryptInit_ex(context.handle, EVP_aes_256_gcm(), nullptr, Bytes(key_), out) == 1 &&
      EVP_EncryptUpdate(context.handle, nullptr, &size, Bytes(owner), static_cast<int>(owner.size())) == 1 &&
      EVP_EncryptUpdate(context.handle, out + kNonceSize, &size, Bytes(secret), static_cast<int>(secret.size())) == 1 &&
      EVP_EncryptFinal_ex(context.handle, out + kNonceSize + size, &size) == 1 &&
      EVP_CIPHER_CTX_ctrl(context.handle, EVP_CTRL_GCM_GET_TAG, kTagSize, out + kNonceSize + secret.size()) == 1;
  if (!done) return Error(Code::kInternal, "a secret cannot be encrypted");
  return sealed;
}

Result<std::string> SecretBox::Decrypt(std::string_view sealed, std::string_view owner) const {
  const Error broken(Code::kUnprocessable,
                     "a stored secret cannot be decrypted: auth.key is not the one it was encrypted with, or auth.db "
                     "was changed; owner: " + std::string(owner));
  if (sealed.size() < kNonceSize + kTagSize) return broken;
  const CipherContext context;
  std::string tag(sealed.substr(sealed.size() - kTagSize));
  const std::string_view hidden = sealed.substr(kNonceSize, sealed.size() - kNonceSize - kTagSize);
  std::string secret(hidden.size(), '\0');
  int size = 0;
  const bool done =
      EVP_DecryptInit_ex(context.handle, EVP_aes_256_gcm(), nullptr, Bytes(key_), Bytes(sealed)) == 1 &&
      EVP_DecryptUpdate(context.handle, nullptr, &size, Bytes(owner), static_cast<int>(owner.size())) == 1 &&
      EVP_DecryptUpdate(context.handle, Bytes(secret), &size, Bytes(hidden), static_cast<int>(hidden.size())) == 1 &&
      EVP_CIPHER_CTX_ctrl(context.handle, EVP_CTRL_GCM_SET_TAG, kTagSize, tag.data()) == 1 &&
      EVP_DecryptFinal_ex(context.handle, Bytes(secret) + size, &size) == 1;
  if (!done) return broken;
  return secret;
}

}  // namespace tarn::auth
