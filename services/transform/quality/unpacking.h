#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>

#include "common/result/result.h"
#include "services/transform/quality/input_check.h"
#include "services/transform/transforms/input.h"

namespace tarn::transform {

/// How an object is packed: what the input says, or by its key's ending (.gz, .zst).
Compression PackingOf(const Input& input, std::string_view key);

/// Whether a text file begins with a UTF-8 byte order mark.
bool HasByteOrderMark(const std::filesystem::path& file);

/// Writes the content of a packed file to `to`, without a byte order mark; kNone copies. Stops at
/// `max_bytes`, so that a file that unpacks to terabytes costs no more. Returns what is wrong with the file,
/// with the offset in its packed bytes, or nothing. Errors: kUnavailable if the disk takes no more,
/// kInternal.
Result<std::optional<Fault>> UnpackInput(const std::filesystem::path& packed, Compression packing,
                                         const std::filesystem::path& to, uint64_t max_bytes);

}  // namespace tarn::transform
