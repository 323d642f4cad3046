#pragma once

#include <span>
#include <string>

#include "common/duckdb/scalar_function.h"

namespace tarn::transform {

/// SQL that reads a text as an integer, to be cast to `type`, and fails for anything but an optional sign and
/// digits, with spaces around them: the engine's own cast rounds "1.5". NULL stays NULL. Needs the functions
/// of StrictIntegerFunctions.
std::string StrictInteger(const std::string& text, const std::string& type);

std::span<const duckdb::ScalarFunction> StrictIntegerFunctions();

/// The same for one text that fits 64 bits; false for any other.
bool ReadInteger(std::string_view text, int64_t& value);

}  // namespace tarn::transform
