#include "services/catalog/editing/author.h"

namespace tarn::catalog {

Result<Author> AuthorOf(const http::Request& request) {
  constexpr size_t kMaxBytes = 200;
  const std::string name(request.Header("tarn-user").value_or(""));
  if (name.size() > kMaxBytes || !http::IsUtf8(name)) {
    return Error(Code::kInvalidArgument, "the name must be UTF-8 of at most 200 bytes")
        .At("header:Tarn-User");
  }
  return Author{name, Now()};
}

}  // namespace tarn::catalog
