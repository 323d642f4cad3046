#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "common/result/result.h"

namespace tarn::transform {

/// Where a record of a CSV file begins.
struct CsvPlace {
  uint64_t line = 1;         ///< from 1
  uint64_t byte_offset = 0;  ///< from 0
};

/// Finds the record of that number (from 0, a header counts, empty lines do not). `quote` is what quotes
/// values, empty for nothing. Reads in pieces; nothing if the file has fewer records or cannot be read.
std::optional<CsvPlace> FindCsvRecord(const std::filesystem::path& file, uint64_t record,
                                      const std::string& quote);

}  // namespace tarn::transform
