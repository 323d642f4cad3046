#pragma once

#include <filesystem>
#include <memory>
#include <nlohmann/json_fwd.hpp>

#include "common/duckdb/engine.h"

namespace tarn::score {

/// What the SQL engine's own sniffer makes of CSV files: the rival.
class EngineSniffer {
 public:
  /// It can reach the files below `directory`.
  explicit EngineSniffer(const std::filesystem::path& directory);

  /// Returns delimiter, quote, header_lines (0 or 1), skip_lines, columns and types as a truth file names
  /// them; null if it does not read the file.
  nlohmann::json Sniff(const std::filesystem::path& file);

 private:
  const std::filesystem::path directory_;
  std::unique_ptr<duckdb::Instance> instance_;
};

}  // namespace tarn::score
