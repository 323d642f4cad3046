#pragma once

#include <set>
#include <string>
#include <vector>

#include "common/result/result.h"

namespace tarn::extract::rest {

/// Where a source's requests may go: to the scheme, host and port of base_url, and to further hosts by https,
/// or as base_url does. Immutable.
class AllowedOrigins {
 public:
  /// `hosts` are names, with ":port" where it is not the scheme's own. Errors: kInvalidArgument with the host
  /// at fault.
  static Result<AllowedOrigins> Make(const std::string& base_url, const std::vector<std::string>& hosts);

  bool Allows(const std::string& url) const;

 private:
  std::set<std::string> origins_;
};

}  // namespace tarn::extract::rest
