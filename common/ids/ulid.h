#pragma once

#include <string>
#include <string_view>

namespace tarn {

/// Returns a new ULID in lower case: 26 characters, sortable by creation time (ms), 80 random bits.
/// Identifiers made by one process are strictly increasing. Thread-safe. Source: github.com/ulid/spec.
std::string NewUlid();

/// Returns `count` bytes from the system's cryptographic generator.
std::string RandomBytes(size_t count);

/// Returns `bytes` as lower-case hexadecimal digits.
std::string ToHex(std::string_view bytes);

}  // namespace tarn
