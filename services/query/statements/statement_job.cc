#include "services/query/statements/statement_job.h"

#include <algorithm>
#include <new>
#include <utility>

namespace tarn::query {
namespace {

std::chrono::milliseconds Timeout(const StatementRequest& request, const WorkgroupDefinition& workgroup) {
  return std::min(request.timeout.value_or(workgroup.timeout), workgroup.timeout);
}

}  // namespace

StatementJob::StatementJob(Statement statement, std::shared_ptr<const Workgroup> workgroup,
                           std::stop_token shutdown)
    : statement_(std::move(statement)),
      workgroup_(std::move(workgroup)),
      stop_(shutdown, Timeout(statement_.request, workgroup_->definition)) {
  statement_.request.write_id = statement_.id;
  statement_.request.shows_progress = true;
}

Statement StatementJob::Peek() const {
  const std::scoped_lock lock(mutex_);
  Statement seen = statement_;
  if (execution_) seen.progress = execution_->progress().value_or(0);
  return seen;
}

Status StatementJob::RunWithinMemory(StatementRunner& runner, ResultFiles& results) {
  try {
    return RunAndStore(runner, results);
  } catch (const std::bad_alloc&) {  // over process-memory: this statement's fault, most likely
    return Error(Code::kResourceExhausted, "there is no memory left for the statement");
  }
}

Statement StatementJob::Run(StatementRunner& runner, ResultFiles& results) {
  auto ended = RunWithinMemory(runner, results);
  if (!ended.ok()) ended = stop_.Explain(ended.error());
  const std::scoped_lock lock(mutex_);
  execution_.reset();
  Statement result = statement_;
  result.finished_at = Now();
  if (ended.ok()) {
    result.state = StatementState::kSucceeded;
    result.progress = 1;
    result.result_expires_at = *result.finished_at + workgroup_->definition.result_expiry;
  } else {
    const bool cancelled = ended.error().code() == Code::kCancelled;
    result.state = cancelled ? StatementState::kCancelled : StatementState::kFailed;
    result.error = ended.error();
  }
  return result;
}

Status StatementJob::RunAndStore(StatementRunner& runner, ResultFiles& results) {
  const auto begun = std::chrono::steady_clock::now();
  TARN_TRY(stop_.StartTimer());
  TARN_ASSIGN(auto started, runner.Start(statement_.request, stop_.token()));
  const std::stop_token stop = started.is_final ? std::stop_token() : stop_.token();
  const std::shared_ptr<Execution> execution = std::move(started.execution);
  {
    const std::scoped_lock lock(mutex_);
    execution_ = execution;
    statement_.plan_ms =
        std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begun)
            .count();
    statement_.columns = execution->columns();
    statement_.snapshot = std::move(started.snapshot);
    statement_.bytes_scanned = started.bytes_scanned;
    statement_.counts = started.counts;
  }
  return StoreRows(*execution, results, stop);
}

Status StatementJob::StoreRows(Execution& execution, ResultFiles& results, std::stop_token stop) {
  const auto& definition = workgroup_->definition;
  const int64_t wanted = statement_.request.max_rows.value_or(INT64_MAX);
  duckdb::ParquetLimits limits;
  limits.max_rows = std::min(wanted, definition.max_result_rows);
  limits.max_bytes = definition.max_result_bytes;
  limits.on_rows = [this](int64_t rows) {
    const std::scoped_lock lock(mutex_);
    statement_.rows = rows;
  };
  TARN_ASSIGN(const auto written, results.Write(execution, limits, stop));
  if (written.parquet.truncated && wanted > definition.max_result_rows) {
    return Error(Code::kResourceExhausted,
                 "the result has more rows than the workgroup keeps, max_result_rows: " +
                     std::to_string(definition.max_result_rows));
  }
  ResultPlace place;
  {
    const std::scoped_lock lock(mutex_);
    statement_.rows = written.parquet.rows;
    statement_.truncated = written.parquet.truncated;
    statement_.result_bytes = written.parquet.bytes;
    for (size_t i = 0; i < statement_.columns.size(); ++i)
      statement_.columns[i].type = written.parquet.types[i];
    place = statement_.place();
  }
  return results.Publish(place, written);
}

}  // namespace tarn::query
