#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tarn::extract::rest {

/// The beginning of what a source sent, fit for a message: at most `max_bytes`, on one line, printable ASCII
/// only.
std::string ShownText(std::string_view text, size_t max_bytes);

}  // namespace tarn::extract::rest
