#pragma once

#include <cstddef>
#include <string_view>

namespace tarn::transform {

/// Whether `text` is one JSON value (RFC 8259; UTF-8 is checked, a byte order mark before it allowed), nested
/// at most `max_depth` levels deep. Builds nothing: a gigabyte takes about a second. Says nothing of where a
/// fault is.
bool IsJson(std::string_view text, size_t max_depth);

}  // namespace tarn::transform
