#include "services/catalog/inference/parquet_inspection.h"

#include <nlohmann/json.hpp>

#include "services/catalog/inference/engine_errors.h"
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

// Nothing if only the engine can judge the schema.
Result<std::optional<Inspection>> FromFooter(const std::filesystem::path& file) {
  TARN_ASSIGN(const inference::ParquetFooter footer, inference::ReadParquetFooter(file));
  const auto columns = inference::ParquetColumnTypes(footer);
  if (!columns) return std::optional<Inspection>();
  Inspection inspection;
  inspection.layout.format = FileFormat::kParquet;
  inspection.rows = footer.rows;
  for (const auto& [name, type] : *columns) inspection.layout.columns.push_back({name, type});
  TARN_TRY(CheckColumnCount(inspection));
  return std::optional(std::move(inspection));
}

}  // namespace

std::optional<Result<Inspection>> InspectParquetFooter(const std::filesystem::path& file) {
  auto inspection = FromFooter(file);
  if (!inspection.ok()) return Result<Inspection>(DescribeFileError(inspection.error(), file));
  if (!*inspection) return std::nullopt;
  return Result<Inspection>(std::move(**inspection));
}

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
