#include "services/catalog/inference/query.h"

#include <nlohmann/json.hpp>

namespace tarn::catalog {

Result<std::vector<std::vector<nlohmann::json>>> QueryRows(duckdb::Connection& connection,
                                                           const std::string& sql,
                                                           std::stop_token cancelled) {
  TARN_ASSIGN(const auto result, connection.Execute(sql, {}, cancelled));
  const size_t width = result->columns().size();
  std::vector<std::vector<nlohmann::json>> rows;
  while (true) {
    TARN_ASSIGN(const auto chunk, result->Next());
    if (!chunk) return rows;
    for (size_t row = 0; row < chunk->rows(); ++row) {
      auto& values = rows.emplace_back();
      for (size_t column = 0; column < width; ++column) values.push_back(chunk->Json(row, column));
    }
  }
}

Result<std::vector<Column>> DescribeColumns(duckdb::Connection& connection, const std::string& source,
                                            std::stop_token cancelled) {
  TARN_ASSIGN(
      const auto rows,
      QueryRows(connection, "SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM " + source + ")",
                cancelled));
  std::vector<Column> columns;
  for (const auto& row : rows) columns.push_back({row[0].get<std::string>(), row[1].get<std::string>()});
  return columns;
}

}  // namespace tarn::catalog
