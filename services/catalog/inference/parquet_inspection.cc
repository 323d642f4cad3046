#include "services/catalog/inference/parquet_inspection.h"

#include <nlohmann/json.hpp>

#include "services/catalog/inference/engine_errors.h"
#include "services/catalog/inference/parquet/column_types.h"
#include "services/catalog/inference/query.h"

namespace tarn::catalog {
namespace {

// The engine keeps up to about a kilobyte for each part of a footer, before any of its limits counts.
constexpr uint64_t kMaxEngineElements = 200'000;

Result<std::vector<Column>> AskEngine(duckdb::Connection& connection, const std::filesystem::path& file,
                                      std::stop_token cancelled) {
  // Partition values come from the object's key, never from the place where the file happens to be pinned.
  return DescribeColumns(
      connection, "read_parquet(" + duckdb::QuoteLiteral(file.string()) + ", hive_partitioning = false)",
      cancelled);
}

// Under the names that queries use; bounds only for a column that is of the type that they were read for.
std::vector<ColumnStatistics> StatisticsOf(const inference::ParquetFooter& footer,
                                           const std::vector<Column>& columns) {
  std::vector<ColumnStatistics> statistics;
  // Else the engine's columns are not the footer's, one by one.
  if (static_cast<int64_t>(columns.size()) != footer.nodes[0].children) return statistics;
  for (const auto& [position, type, values] : footer.statistics) {
    if (position >= columns.size()) continue;
    if (!values.nulls && !values.min && !values.max && !values.distinct) continue;
    ColumnStatistics& known = statistics.emplace_back(values);
    known.column = columns[position].name;
    if (columns[position].type == type) continue;
    known.min.reset();
    known.max.reset();
  }
  return statistics;
}

// Nothing if only the engine can judge the schema.
std::optional<Inspection> ByFooter(const inference::ParquetFooter& footer) {
  const auto columns = inference::ParquetColumnTypes(footer);
  if (!columns) return std::nullopt;
  Inspection inspection;
  inspection.layout.format = FileFormat::kParquet;
  inspection.rows = footer.rows;
  for (const auto& [name, type] : *columns) inspection.layout.columns.push_back({name, type});
  const auto ids = inference::ParquetFieldIds(footer);
  for (size_t i = 0; i < columns->size() && ids.size() == columns->size(); ++i)
    inspection.layout.columns[i].field_id = ids[i];
  if (!footer.nodes.empty()) inspection.statistics = StatisticsOf(footer, inspection.layout.columns);
  return inspection;
}

Result<std::optional<Inspection>> FromFooter(uint64_t size, const inference::ReadBytes& read) {
  TARN_ASSIGN(const inference::ParquetFooter footer, inference::ReadParquetFooter(size, read));
  auto inspection = ByFooter(footer);
  if (inspection) TARN_TRY(CheckColumnCount(*inspection));
  return inspection;
}

}  // namespace

std::optional<Result<Inspection>> InspectParquetFooter(uint64_t size, const inference::ReadBytes& read) {
  auto inspection = FromFooter(size, read);
  if (!inspection.ok()) return Result<Inspection>(std::move(inspection).error());
  if (!*inspection) return std::nullopt;
  return Result<Inspection>(std::move(**inspection));
}

Result<Inspection> InspectParquet(duckdb::Connection& connection, const std::filesystem::path& file,
                                  std::stop_token cancelled) {
  if (cancelled.stop_requested()) return Error(Code::kCancelled, "reading the file was stopped");
  TARN_ASSIGN(const inference::ParquetFooter footer, inference::ReadParquetFooter(file));
  if (auto inspection = ByFooter(footer)) return std::move(*inspection);
  if (footer.elements > kMaxEngineElements) {
    return Error(Code::kUnprocessable, "the Parquet footer has too many parts for columns of these types: " +
                                           std::to_string(footer.elements));
  }
  Inspection inspection;
  inspection.layout.format = FileFormat::kParquet;
  inspection.rows = footer.rows;
  TARN_ASSIGN(inspection.layout.columns, AskEngine(connection, file, cancelled));
  if (!footer.nodes.empty()) inspection.statistics = StatisticsOf(footer, inspection.layout.columns);
  return inspection;
}

}  // namespace tarn::catalog
