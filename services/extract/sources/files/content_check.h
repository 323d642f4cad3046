#pragma once

#include <filesystem>
#include <stop_token>
#include <string>
#include <string_view>

#include "common/result/result.h"
#include "services/extract/sources/files/options.h"

namespace tarn::extract::files {

/// Looks at the first bytes of a file, of Parquet also at the last: whether they can be of `format`, and
/// whether the name's ending (.gz, .zst, .bz2, .xz, .zip, .parquet) tells the truth. Errors: kUnprocessable
/// saying what it is instead, kInternal. Of a mere `beginning`, nothing is said about the end.
Status CheckContent(const std::filesystem::path& file, std::string_view name, Format format,
                    bool beginning = false);

/// Up to `size` bytes from the beginning. Errors: kInternal.
Result<std::string> ReadHead(const std::filesystem::path& file, size_t size);

}  // namespace tarn::extract::files
