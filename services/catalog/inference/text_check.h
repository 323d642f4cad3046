#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "common/result/result.h"
#include "services/catalog/inference/text/text_sample.h"

namespace tarn::catalog {

/// Returns what the engine's reader calls the encoding; empty for one it does not know.
std::string ReaderEncoding(const inference::TextSample& sample);

/// Checks that queries can read the text at all. Errors: kUnprocessable for a compression or an encoding that
/// they do not know.
Status CheckText(const inference::TextSample& sample, const std::filesystem::path& file);

/// Estimates how many rows the file has whose sample has `rows`.
int64_t EstimateRows(int64_t rows, const inference::TextSample& sample);

}  // namespace tarn::catalog
