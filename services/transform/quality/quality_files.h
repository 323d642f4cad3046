#pragma once

#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include "common/duckdb/engine.h"
#include "common/result/result.h"
#include "services/transform/quality/quality_result.h"

namespace tarn::transform {

/// "tarn/quality_results/part-<run id>.parquet": the results of all runs are the table tarn.quality_results.
std::string ResultsKey(const std::string& run_id);

/// "<database>/<table>_quarantine/part-<run id>.parquet".
std::string QuarantineKey(const Output& output, const std::string& run_id);

/// Writes results as Parquet. Errors: as duckdb::Connection::Run.
Status WriteResults(duckdb::Connection& connection, const std::string& run_id, const std::string& transform,
                    const std::vector<QualityResult>& results, const std::filesystem::path& file,
                    std::stop_token cancelled);

}  // namespace tarn::transform
