#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace tarn::catalog {

/// Adds "hive_type" and "trino_type" to what is shown of a column of this type (as DuckDB writes it).
void AddRenderings(const std::string& type, nlohmann::json* column);

}  // namespace tarn::catalog
