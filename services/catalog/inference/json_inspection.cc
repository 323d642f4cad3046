#include "services/catalog/inference/json_inspection.h"

#include <nlohmann/json.hpp>

#include "services/catalog/inference/query.h"

namespace tarn::catalog {

Result<Inspection> InspectJson(duckdb::Connection& connection, const std::filesystem::path& file,
                               std::stop_token cancelled) {
  // Every value is looked at (sample_size = -1): a type that holds for a sample only would fail in the middle
  // of a query.
  const std::string source =
      "read_json(" + duckdb::QuoteLiteral(file.string()) + ", sample_size = -1, hive_partitioning = false)";
  TARN_ASSIGN(auto columns, DescribeColumns(connection, source, cancelled));
  TARN_ASSIGN(const auto counts, QueryRows(connection, "SELECT count(*) FROM " + source, cancelled));
  Inspection inspection;
  inspection.layout.format = FileFormat::kJson;
  inspection.layout.columns = std::move(columns);
  inspection.rows = counts.at(0).at(0).get<int64_t>();
  return inspection;
}

}  // namespace tarn::catalog
