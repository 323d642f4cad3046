#pragma once

#include <string_view>

namespace tarn::extract {

/// The content without a byte order mark and the white space it begins with.
std::string_view WithoutLeadingSpace(std::string_view content);

/// Whether content begins as a web page does: an error page or a login form in place of data.
bool LooksLikeHtml(std::string_view content);

}  // namespace tarn::extract
