#include "common/auth/principal.h"

namespace tarn::auth {

// IPv4 peers of a socket that takes both look like "::ffff:127.0.0.1".
bool IsLoopback(std::string_view address) {
  constexpr std::string_view kMapped = "::ffff:";
  if (address.starts_with(kMapped)) address.remove_prefix(kMapped.size());
  return address.starts_with("127.") || address == "::1";
}

}  // namespace tarn::auth
