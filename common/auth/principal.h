#pragma once

#include <string>

namespace tarn::auth {

/// Who a request comes from.
struct Principal {
  std::string key_id;  ///< of the access key that signed; empty if nobody did
  std::string name;    ///< the key's name
  bool local = false;  ///< served without a signature: a loopback peer while no access key exists

  bool anonymous() const { return key_id.empty() && !local; }
};

}  // namespace tarn::auth
