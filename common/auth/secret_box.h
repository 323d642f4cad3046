#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "common/result/result.h"

namespace tarn::auth {

/// Encrypts secrets for storage with AES-256-GCM (NIST SP 800-38D) and a key that lies in a file. Thread-safe.
class SecretBox {
 public:
  /// Reads the key from `file`. If there is none and `create`, makes a new one, durable and readable by its owner only.
  /// Errors: kPermissionDenied if group or others may use the file, kUnprocessable if it is missing or no key.
  static Result<std::unique_ptr<SecretBox>> Open(const std::filesystem::path& file, bool create);
  ~SecretBox();

  /// Returns nonce, ciphertext and tag. `owner` is bound to it: Decrypt() needs the same. Errors: kInternal.
  Result<std::string> Encrypt(std::string_view secret, std::string_view owner) const;
  /// Errors: kUnprocessable if it was encrypted with another key, for another owner, or was changed.
  Result<std::string> Decrypt(std::string_view sealed, std::string_view owner) const;

 private:
  explicit SecretBox(std::string key) : key_(std::move(key)) {}
  std::string key_;
};

}  // namespace tarn::auth
