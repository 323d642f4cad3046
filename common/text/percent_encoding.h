#pragma once

#include <string>
#include <string_view>

namespace tarn::text {

/// Percent-encodes every byte but the unreserved characters, letters, digits and "-._~", and those in `keep`
/// (RFC 3986, section 2.3; with upper-case digits, as section 2.1 wants it).
std::string PercentEncode(std::string_view text, std::string_view keep = "");

}  // namespace tarn::text
