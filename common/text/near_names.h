#pragma once

#include <string>
#include <vector>

namespace tarn::text {

/// The up to five of `names` that are most like `wanted` (edit distance without case, and at most half its length),
/// the nearest first.
std::vector<std::string> NearNames(const std::string& wanted, const std::vector<std::string>& names);

}  // namespace tarn::text
