#pragma once

#include <string>
#include <string_view>

namespace tarn::text {

/// ASCII letters in lower case, as the SQL engine compares names.
std::string LowerCase(std::string_view text);

}  // namespace tarn::text
