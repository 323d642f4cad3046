#pragma once

#include <memory>
#include <string>
#include <string_view>

struct evp_md_ctx_st;

namespace tarn::s3_client {

/// Computes a hash of content as it passes.
class Digest {
 public:
  enum class Algorithm { kMd5, kSha256 };
  explicit Digest(Algorithm algorithm);
  void Update(std::string_view data);
  /// Returns the raw bytes. Once.
  std::string Finish();

 private:
  std::unique_ptr<evp_md_ctx_st, void (*)(evp_md_ctx_st*)> context_;
};

std::string Md5(std::string_view data);
std::string Sha256(std::string_view data);
std::string HmacSha256(std::string_view key, std::string_view data);

/// Lower case.
std::string ToHex(std::string_view bytes);
/// Empty unless `text` is hexadecimal throughout.
std::string FromHex(std::string_view text);
std::string ToBase64(std::string_view bytes);
/// Empty if it is not base64.
std::string FromBase64(std::string_view text);

}  // namespace tarn::s3_client
