#pragma once

#include <cstdint>
#include <filesystem>
#include <stop_token>

#include "common/decoding/decoding.h"
#include "common/result/result.h"

namespace tarn::decoding {

/// Writes the text of the file `from` into the new file `to`: unpacked, as UTF-8 without byte order mark,
/// without its last lines. Memory does not grow with the file. Returns the size. Errors: kUnprocessable for
/// damaged content, for what unpacks to over `max_bytes` or to much more than text does, and for too many
/// lines at the end; kInvalidArgument for a decoding that is not known; kCancelled; kResourceExhausted for a
/// full disk; those of unpacking::File::Open. On an error `to` may be there, incomplete.
Result<uint64_t> DecodeFile(const std::filesystem::path& from, const Decoding& decoding,
                            const std::filesystem::path& to, uint64_t max_bytes, std::stop_token cancelled);

}  // namespace tarn::decoding
