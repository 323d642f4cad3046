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

/// Replaces the paths of files that the engine cannot read as they are by those of their decoded text, which
/// is linked into the directory `into`. `paths` are the local files of `files`, in that order, as is the
/// result. `decoded_bytes` adds up over the calls for one reader. Errors: those of DecodedFiles::Link, naming
/// the object; kUnprocessable if it comes to over DecodedFiles::Limits::reader_bytes.
Result<std::vector<std::filesystem::path>> ReadableFiles(const std::vector<catalog_client::DataFile>& files,
                                                         std::span<const std::filesystem::path> paths,
                                                         const std::filesystem::path& into,
                                                         decoding::DecodedFiles& decoded,
                                                         uint64_t& decoded_bytes, std::stop_token cancelled);

}  // namespace tarn::table_view
