#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tarn::events {

/// Encodes with the standard alphabet and padding (RFC 4648 section 4).
std::string ToBase64(std::string_view bytes);

/// Decodes; nothing if `text` is not exactly what ToBase64 would write.
std::optional<std::string> FromBase64(std::string_view text);

}  // namespace tarn::events
