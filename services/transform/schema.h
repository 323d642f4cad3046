#pragma once

#include <string>
#include <vector>

namespace tarn::transform {

/// The migrations of state/transform.db.
std::vector<std::string> Migrations();

}  // namespace tarn::transform
