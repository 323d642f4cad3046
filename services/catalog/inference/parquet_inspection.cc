#include "services/catalog/inference/parquet_inspection.h"

#include <nlohmann/json.hpp>

#include "services/catalog/inference/parquet/column_types.h"
#include "services/catalog/inference/query.h"

namespace tarn::catalog {
namespace {

Result<std::vector<Column>> AskEngine(duckdb::Connection& connection, const std::filesystem::path& file,
                                      std::stop_token cancelled) {
  // Partition values come from the object's key, never from the place where the file happens to be pinned.
  return DescribeColumns(
      connection, "read_parquet(" + duckdb::QuoteLiteral(file.string()) + ", hive_partitioning = false)",
      cancelled);
}

}  // namespace

Result<Inspection> InspectParquet(duckdb::Connection& connection, const std::filesystem::path& file,
                                  std::stop_token cancelled) {
  if (cancelled.stop_requested()) return Error(Code::kCancelled, "reading the file was stopped");
  TARN_ASSIGN(const inference::ParquetFooter footer, inference::ReadParquetFooter(file));
  Inspection inspection;
  inspection.layout.format = FileFormat::kParquet;
  inspection.rows = footer.rows;
  if (const auto columns = inference::ParquetColumnTypes(footer)) {
    for (const auto& [name, type] : *columns) inspection.layout.columns.push_back({name, type});
    return inspection;
  }
  TARN_ASSIGN(inspection.layout.columns, AskEngine(connection, file, cancelled));
  return inspection;
}

}  // namespace tarn::catalog
