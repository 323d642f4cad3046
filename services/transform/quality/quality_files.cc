#include "services/transform/quality/quality_files.h"

#include <array>
#include <charconv>

namespace tarn::transform {
namespace {

using duckdb::QuoteLiteral;

// A measured value is never infinite nor NaN.
std::string Number(const std::optional<double>& value) {
  if (!value) return "NULL";
  std::array<char, 32> text;
  return {text.data(), std::to_chars(text.data(), text.data() + text.size(), *value).ptr};
}

std::string Number(const std::optional<int64_t>& value) { return value ? std::to_string(*value) : "NULL"; }

std::string TextOrNull(const std::string& text) { return text.empty() ? "NULL" : QuoteLiteral(text); }

std::string RowOf(const QualityResult& result) {
  return "(" + QuoteLiteral(result.table) + ", " + QuoteLiteral(result.rule) + ", '" +
         SeverityName(result.severity) + "', '" + dqdl::OutcomeName(result.outcome) + "', CAST(" +
         Number(result.measured) + " AS DOUBLE), CAST(" + TextOrNull(result.threshold) +
         " AS VARCHAR), CAST(" + Number(result.rows_evaluated) + " AS BIGINT), CAST(" +
         Number(result.failed_rows) + " AS BIGINT), CAST(" + TextOrNull(result.message) +
         " AS VARCHAR), epoch_ms(" + std::to_string(ToUnixMillis(result.checked_at)) + "))";
}

}  // namespace

std::string ResultsKey(const std::string& run_id) {
  return std::string(kOwnDatabase) + "/quality_results/part-" + run_id + ".parquet";
}

std::string QuarantineKey(const Output& output, const std::string& run_id) {
  return output.database + "/" + output.QuarantineName() + "/part-" + run_id + ".parquet";
}

Status WriteResults(duckdb::Connection& connection, const std::string& run_id, const std::string& transform,
                    const std::vector<QualityResult>& results, const std::filesystem::path& file,
                    std::stop_token cancelled) {
  std::string rows;
  for (const QualityResult& result : results) rows += (rows.empty() ? "" : ", ") + RowOf(result);
  return connection.Run(
      "COPY (SELECT " + QuoteLiteral(run_id) + " AS run_id, " + QuoteLiteral(transform) +
          " AS transform, * FROM (VALUES " + rows +
          ") AS results(table_name, rule, severity, outcome, measured, threshold, rows_evaluated, "
          "failed_rows, message, checked_at)) TO " +
          QuoteLiteral(file.string()) + " (FORMAT parquet, COMPRESSION zstd)",
      cancelled);
}

}  // namespace tarn::transform
