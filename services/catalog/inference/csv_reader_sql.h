#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "services/catalog/tables/types.h"

namespace tarn::catalog {

/// Renders read_csv(...) over the file with exactly this dialect: `names` are the columns, all VARCHAR.
std::string ReadCsvSql(const std::filesystem::path& file, const CsvDialect& dialect,
                       const std::vector<std::string>& names);

}  // namespace tarn::catalog
