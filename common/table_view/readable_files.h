#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <stop_token>
#include <vector>

#include "common/catalog_client/snapshot.h"
#include "common/decoding/decoded_files.h"
#include "common/result/result.h"

namespace tarn::table_view {

/// Where one statement or run gets its decoded text from.
struct DecodedText {
  decoding::DecodedFiles& files;
  std::filesystem::path directory;  ///< the cache stands in it: that of the pins' directories
  std::stop_token cancelled{};
  uint64_t bytes = 0;  ///< all that it has got
};

/// Replaces the paths of files that the engine cannot read as they are by those of their decoded text, which
/// is linked beside them. `paths` are the pinned files of `files`, in that order. Errors: those of
/// DecodedFiles::Link, naming the object; kUnprocessable if all text together comes to over
/// DecodedFiles::Limits::reader_bytes.
Status MakeReadable(const std::vector<catalog_client::DataFile>& files,
                    std::span<std::filesystem::path> paths, DecodedText& text);

}  // namespace tarn::table_view
