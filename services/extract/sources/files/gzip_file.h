#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string_view>

#include "common/result/result.h"

namespace tarn::extract::files {

/// Unpacks a gzip file of any number of members (RFC 1952) piece by piece, and checks the length and the CRC
/// of each. Errors: kUnprocessable for what is no gzip, is cut off or fails its check; kTooLarge over
/// `max_bytes`; kCancelled; kInternal; and those of `take`.
Status GunzipFile(const std::filesystem::path& file, uint64_t max_bytes, const std::stop_token& cancelled,
                  const std::function<Status(std::string_view)>& take);

}  // namespace tarn::extract::files
