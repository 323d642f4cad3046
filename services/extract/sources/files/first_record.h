#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "services/extract/sources/files/options.h"

namespace tarn::extract::files {

/// The first record of a file as JSON, for a sample of its source: the first row of a CSV file with its
/// header's names, the first element of a JSON array, the first line of NDJSON; gzip is looked into. Of
/// anything else, and of what cannot be read from its first 64 KiB: {"file": name, "bytes": size}. With
/// Format::kAny the name tells the format. `size_bytes` is that of the whole where `file` has only its
/// beginning.
std::string FirstRecord(const std::filesystem::path& file, std::string_view name, Format format,
                        std::optional<int64_t> size_bytes = std::nullopt);

}  // namespace tarn::extract::files
