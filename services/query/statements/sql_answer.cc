#include "services/query/statements/sql_answer.h"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

namespace tarn::query {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr size_t kCopyBytes = 256 << 10;

milliseconds Since(steady_clock::time_point start) {
  return std::chrono::duration_cast<milliseconds>(steady_clock::now() - start);
}

milliseconds Timeout(const StatementRequest& request, const WorkgroupDefinition& workgroup) {
  return std::min(request.timeout.value_or(workgroup.timeout), workgroup.timeout);
}

}  // namespace

SqlAnswer::SqlAnswer(Parts parts, std::stop_token client)
    : parts_(std::move(parts)),
      stop_(std::move(client), Timeout(parts_.request, parts_.workgroup->definition)) {
  queued_ = Since(parts_.arrived);
}

milliseconds SqlAnswer::Elapsed() const { return Since(parts_.arrived); }

std::optional<uint64_t> SqlAnswer::length() const {
  return file_ ? std::optional(file_->parquet.bytes) : std::nullopt;
}

Status SqlAnswer::Prepare(StatementRunner& runner, ResultFiles& results) {
  const auto begun = steady_clock::now();
  TARN_TRY(stop_.StartTimer());
  TARN_ASSIGN(started_, runner.Start(parts_.request, stop_.token()));
  planned_ = Since(begun);
  rows_.rows = started_.execution.get();
  return Begin(results);
}

Status SqlAnswer::PrepareReused(const Statement& earlier, ResultFiles& results) {
  TARN_TRY(stop_.StartTimer());
  TARN_ASSIGN(kept_, results.Read(earlier.place(), earlier.columns, 0, std::nullopt, stop_.token()));
  started_.snapshot = earlier.snapshot;
  reused_ = earlier.id;
  rows_.rows = kept_.get();
  return Begin(results);
}

Status SqlAnswer::Begin(ResultFiles& results) {
  rows_.max_rows = parts_.request.max_rows.value_or(INT64_MAX);
  if (parts_.format != FormatName::kParquet) {
    rows_.format = MakeFormat(parts_.format);
    return rows_.Begin();
  }
  duckdb::ParquetLimits limits;
  limits.max_rows = rows_.max_rows;
  limits.max_bytes = parts_.workgroup->definition.max_result_bytes;
  TARN_ASSIGN(file_, results.Write(*rows_.rows, limits, stop_.token()));
  return Ok();
}

Status SqlAnswer::Write(http::BodyWriter& writer) {
  if (file_) return CopyFile(writer);
  return rows_.Write([this] { return Stats(); }, writer);
}

Status SqlAnswer::CopyFile(http::BodyWriter& writer) const {
  std::ifstream file(file_->file, std::ios::binary);
  std::string buffer(kCopyBytes, '\0');
  while (file.read(buffer.data(), static_cast<std::streamsize>(buffer.size())) || file.gcount() > 0) {
    TARN_TRY(writer.Write(std::string_view(buffer).substr(0, static_cast<size_t>(file.gcount()))));
  }
  return file.eof() ? Ok() : Status(Error(Code::kInternal, "cannot read the file that the SQL engine wrote"));
}

nlohmann::json SqlAnswer::Stats() const {
  auto snapshot = nlohmann::json::array();
  for (const auto& [table, version] : started_.snapshot)
    snapshot.push_back({{"table", table}, {"version", version}});
  const milliseconds total = Elapsed();
  const FileCounts& counts = started_.counts;
  nlohmann::json stats = {{"rows", rows_.written},
                          {"truncated", rows_.truncated},
                          {"bytes_scanned", started_.bytes_scanned},
                          {"files", counts.files},
                          {"files_total", counts.files_total},
                          {"partitions", counts.partitions},
                          {"partitions_total", counts.partitions_total},
                          {"workgroup", parts_.request.workgroup},
                          {"queue_ms", queued_.count()},
                          {"plan_ms", planned_.count()},
                          {"run_ms", (total - queued_ - planned_).count()},
                          {"total_ms", total.count()},
                          {"snapshot", std::move(snapshot)}};
  if (!reused_.empty()) stats["reused_result_of"] = reused_;
  return stats;
}

}  // namespace tarn::query
