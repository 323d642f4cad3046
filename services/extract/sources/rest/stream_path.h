#pragma once

#include <string>
#include <string_view>

namespace tarn::extract::rest {

/// A value as a part of PageId::stream: bytes other than letters, digits, '_', '-' and '.' become "=" and two
/// hexadecimal digits, so that different values stay different.
std::string AsPathPart(std::string_view value);

}  // namespace tarn::extract::rest
