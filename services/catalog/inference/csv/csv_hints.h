#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace tarn::inference {

/// What is already known of how a CSV file is written; what is left out is found out.
struct CsvHints {
  std::optional<std::string> delimiter;
  std::optional<char> quote;   ///< 0: there are none
  std::optional<char> escape;  ///< 0: there are none
  std::optional<std::string> comment;
  std::optional<bool> header;         ///< of one line
  std::optional<int64_t> skip_lines;  ///< physical lines above the header, or above the first row
};

}  // namespace tarn::inference
