#include "services/catalog/inference/parquet_inspection.h"

#include <nlohmann/json.hpp>

#include "services/catalog/inference/query.h"

namespace tarn::catalog {

Result<Inspection> InspectParquet(duckdb::Connection& connection, const std::filesystem::path& file,
                                  std::stop_token cancelled) {
  const std::string path = duckdb::QuoteLiteral(file.string());
  // Partition values come from the object's key, never from the place where the file happens to be pinned.
  TARN_ASSIGN(
      auto columns,
      DescribeColumns(connection, "read_parquet(" + path + ", hive_partitioning = false)", cancelled));
  TARN_ASSIGN(const auto counts,
              QueryRows(connection, "SELECT num_rows FROM parquet_file_metadata(" + path + ")", cancelled));
  Inspection inspection;
  inspection.layout.format = FileFormat::kParquet;
  inspection.layout.columns = std::move(columns);
  if (counts.size() != 1 || !counts[0][0].is_number_integer() || counts[0][0].get<int64_t>() < 0) {
    return Error(Code::kUnprocessable, "the footer has no valid row count");
  }
  inspection.rows = counts[0][0].get<int64_t>();
  return inspection;
}

}  // namespace tarn::catalog
