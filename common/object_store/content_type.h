#pragma once

#include <string>
#include <string_view>

namespace tarn::object_store {

/// Guesses a media type from the end of a key, as for files that nobody said the type of;
/// "application/octet-stream" if it says nothing.
std::string GuessContentType(std::string_view key);

}  // namespace tarn::object_store
