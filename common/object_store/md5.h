#pragma once

#include <memory>
#include <string>
#include <string_view>

struct evp_md_ctx_st;

namespace tarn::object_store {

/// Computes the MD5 of content as it passes: the entity tag that S3 clients expect. Not a defence against anyone.
class Md5 {
 public:
  Md5();
  void Update(std::string_view data);
  /// Returns 32 lower-case hexadecimal digits. Once.
  std::string Finish();

 private:
  std::unique_ptr<evp_md_ctx_st, void (*)(evp_md_ctx_st*)> context_;
};

}  // namespace tarn::object_store
