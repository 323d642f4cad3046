#pragma once

#include <filesystem>
#include <optional>
#include <stop_token>

#include "services/catalog/inference/file_inspector.h"
#include "services/catalog/inference/parquet/footer.h"

namespace tarn::catalog {

/// Reads schema, row count and statistics from a Parquet file's footer, without an engine. Nothing if only
/// the engine can judge the schema. The file has `size` bytes, of which `read` reads. Errors: those of
/// ReadParquetFooter; kUnprocessable for a file without columns or with too many. Thread-safe.
std::optional<Result<Inspection>> InspectParquetFooter(uint64_t size, const inference::ReadBytes& read);

/// Reads schema and row count from a Parquet file's footer (parquet/footer.h). The engine is asked only about
/// schemas that it alone can judge; by then the footer is known to be well-formed. Errors: those of
/// ReadParquetFooter and Connection::Execute.
Result<Inspection> InspectParquet(duckdb::Connection& connection, const std::filesystem::path& file,
                                  std::stop_token cancelled);

}  // namespace tarn::catalog
