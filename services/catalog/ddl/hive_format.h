#pragma once

#include <string>
#include <utility>
#include <vector>

#include "services/catalog/tables/types.h"

namespace tarn::catalog {

/// How Hive and Athena are told to read files: what stands behind the columns in CREATE EXTERNAL TABLE.
struct HiveFormat {
  std::string clauses;  ///< ROW FORMAT and STORED AS, each on a line of its own
  std::vector<std::pair<std::string, std::string>> properties;  ///< of the table: "classification" and others
  std::vector<std::string> notes;  ///< English sentences: what the clauses cannot say of the files
};

/// Renders the clauses for files of this layout.
HiveFormat HiveFormatOf(const FileLayout& layout);

}  // namespace tarn::catalog
