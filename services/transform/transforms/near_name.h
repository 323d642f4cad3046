#pragma once

#include <string>
#include <vector>

#include "common/text/near_names.h"

namespace tarn::transform {

/// Says which name may have been meant: "; did you mean \"suffix\"?". Empty if none is near.
inline std::string DidYouMean(const std::string& wanted, const std::vector<std::string>& names) {
  const auto near = text::NearNames(wanted, names);
  return near.empty() ? "" : "; did you mean \"" + near.front() + "\"?";
}

}  // namespace tarn::transform
