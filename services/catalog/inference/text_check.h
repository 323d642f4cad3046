#pragma once

#include <cstdint>
#include <string>

#include "services/catalog/inference/text/text_sample.h"

namespace tarn::catalog {

/// Returns what the engine's reader calls the encoding; empty for one that it does not know: it must be
/// decoded.
std::string ReaderEncoding(const inference::TextSample& sample);

/// Estimates how many rows the file has whose sample has `rows`.
int64_t EstimateRows(int64_t rows, const inference::TextSample& sample);

}  // namespace tarn::catalog
