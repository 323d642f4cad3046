#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "common/result/result.h"
#include "services/transform/transforms/definition.h"

namespace tarn::transform {

/// Why an object cannot be read, and where.
struct Fault {
  std::string reason;
  std::optional<uint64_t> byte_offset;  ///< of the first byte at fault, from 0
};

/// What raw input may look like at most.
struct InputLimits {
  uint64_t max_bytes = 256ull << 20;      ///< of one JSON object, which the engine holds in memory
  uint64_t max_line_bytes = 16ull << 20;  ///< of one NDJSON line
  size_t max_depth = 200;
  uint64_t max_unpacked_bytes = 4ull << 30;  ///< of one packed object
  int64_t threads = 2;                       ///< that look through files
};

/// Looks through a file before SQL sees it: JSON and NDJSON are parsed (RFC 8259, UTF-8 checked) without
/// building anything, so that memory is bounded by the longest string in it; Parquet must begin and end with
/// its magic bytes. Returns the first fault, or nothing. Errors: kInternal if the file cannot be read.
Result<std::optional<Fault>> CheckInput(const std::filesystem::path& file, Format format,
                                        const InputLimits& limits);

}  // namespace tarn::transform
