#include "services/query/statements/statement_job.h"

#include <new>
#include <utility>

#include "services/query/statements/result_file.h"
#include "services/query/statements/row_format.h"

namespace tarn::query {
namespace {

constexpr size_t kFlushBytes = 64 << 10;

}  // namespace

Statement StatementJob::Peek() const {
  const std::scoped_lock lock(mutex_);
  Statement seen = statement_;
  if (execution_) seen.progress = execution_->progress().value_or(0);
  return seen;
}

Status StatementJob::RunWithinMemory(StatementRunner& runner, object_store::ObjectStore& store) {
  try {
    return RunAndStore(runner, store);
  } catch (const std::bad_alloc&) {  // over process-memory: this statement's fault, most likely
    return Error(Code::kResourceExhausted, "there is no memory left for the statement");
  }
}

Statement StatementJob::Run(StatementRunner& runner, object_store::ObjectStore& store) {
  auto ended = RunWithinMemory(runner, store);
  if (!ended.ok()) ended = stop_.Explain(ended.error());
  const std::scoped_lock lock(mutex_);
  execution_.reset();
  statement_.finished_at = Now();
  if (ended.ok()) {
    statement_.state = StatementState::kSucceeded;
    statement_.progress = 1;
  } else {
    const bool cancelled = ended.error().code() == Code::kCancelled;
    statement_.state = cancelled ? StatementState::kCancelled : StatementState::kFailed;
    statement_.error = ended.error();
  }
  return statement_;
}

Status StatementJob::RunAndStore(StatementRunner& runner, object_store::ObjectStore& store) {
  const auto begun = std::chrono::steady_clock::now();
  TARN_TRY(stop_.StartTimer());
  TARN_ASSIGN(auto started, runner.Start(statement_.request, stop_.token()));
  const std::shared_ptr<Execution> execution = std::move(started.execution);
  {
    const std::scoped_lock lock(mutex_);
    execution_ = execution;
    statement_.plan_ms =
        std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begun).count();
    statement_.columns = execution->columns();
    statement_.snapshot = std::move(started.snapshot);
    statement_.bytes_scanned = started.bytes_scanned;
    statement_.files = started.files;
  }
  TARN_ASSIGN(auto rows, StageRows(*execution, store));
  return ResultFile(store, statement_.id).Publish(std::move(rows));
}

Result<std::unique_ptr<object_store::StagedObject>> StatementJob::StageRows(Execution& execution, object_store::ObjectStore& store) {
  TARN_ASSIGN(const auto writer, store.Stage());
  const size_t columns = execution.columns().size();
  const int64_t wanted = statement_.request.max_rows.value_or(INT64_MAX);
  std::string buffer;
  int64_t rows = 0;
  uint64_t bytes = 0;
  bool truncated = false;
  while (!truncated) {
    TARN_ASSIGN(const auto chunk, execution.Next());
    if (!chunk) break;
    for (size_t row = 0; row < chunk->rows(); ++row) {
      truncated = rows == wanted;
      if (truncated) break;
      AppendRowArray(*chunk, row, columns, buffer);
      buffer += '\n';
      ++rows;
      if (rows > limits_.max_result_rows) return Error(Code::kResourceExhausted, "the result is over max-result-rows");
      if (bytes + buffer.size() > limits_.max_result_bytes) return Error(Code::kResourceExhausted, "the result is over max-result-bytes");
      if (buffer.size() < kFlushBytes) continue;
      TARN_TRY(writer->Write(buffer));
      bytes += buffer.size();
      buffer.clear();
    }
    const std::scoped_lock lock(mutex_);
    statement_.rows = rows;
  }
  TARN_TRY(writer->Write(buffer));
  const std::scoped_lock lock(mutex_);
  statement_.rows = rows;
  statement_.truncated = truncated;
  statement_.result_bytes = bytes + buffer.size();
  return writer->Finish();
}

}  // namespace tarn::query
