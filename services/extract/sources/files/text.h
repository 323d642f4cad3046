#pragma once

#include <string>
#include <string_view>

namespace tarn::extract::files {

/// Of ASCII letters only.
std::string LowerCase(std::string_view text);

/// Headers' names compare so.
bool EqualsIgnoringCase(std::string_view a, std::string_view b);

}  // namespace tarn::extract::files
