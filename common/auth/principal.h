#pragma once

#include <string>
#include <string_view>

namespace tarn::auth {

/// Who a request comes from.
struct Principal {
  std::string key_id;  ///< of the access key that signed; empty if nobody did
  std::string name;    ///< the key's name
  bool local = false;  ///< served without a signature: a loopback peer while no access key exists

  bool anonymous() const { return key_id.empty() && !local; }
};

/// True for the addresses of this machine itself, as Request::remote_address has them.
bool IsLoopback(std::string_view address);

}  // namespace tarn::auth
