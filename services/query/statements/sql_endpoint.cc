#include "services/query/statements/sql_endpoint.h"

#include <nlohmann/json.hpp>

#include "services/query/statements/row_format.h"
#include "services/query/statements/statement_stop.h"

namespace tarn::query {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr size_t kFlushBytes = 64 << 10;

milliseconds Since(steady_clock::time_point start) {
  return std::chrono::duration_cast<milliseconds>(steady_clock::now() - start);
}

Result<std::unique_ptr<RowFormat>> ChooseFormat(const http::Request& request) {
  const auto chosen = http::Negotiate(request.Header("Accept"), {"application/json", "text/csv", "application/x-ndjson"});
  if (!chosen) {
    return Error(Code::kInvalidArgument, "rows come as application/json, text/csv or application/x-ndjson").At("header:Accept");
  }
  return *chosen == 0 ? MakeJsonFormat() : *chosen == 1 ? MakeCsvFormat() : MakeNdjsonFormat();
}

// A statement whose first rows are there, until its last row is written.
struct Answer {
  Answer(Admission::Slot granted, std::stop_token client, milliseconds timeout)
      : slot(std::move(granted)), stop(client, timeout) {}

  // Declared so that the execution ends before its place is given to the next statement.
  Admission::Slot slot;
  StatementStop stop;
  StatementRequest request;
  std::unique_ptr<RowFormat> format;
  StartedStatement started;
  std::unique_ptr<duckdb::Chunk> chunk;  // the next to write, null at the end
  steady_clock::time_point arrived;
  milliseconds queued{0}, planned{0};
  int64_t rows = 0;
  bool truncated = false;

  Status Prepare(StatementRunner& runner) {
    const auto begun = steady_clock::now();
    queued = std::chrono::duration_cast<milliseconds>(begun - arrived);
    TARN_TRY(stop.StartTimer());
    TARN_ASSIGN(started, runner.Start(request, stop.token()));
    planned = Since(begun);
    TARN_ASSIGN(chunk, started.execution->Next());
    return Ok();
  }

  Status Write(http::BodyWriter& writer) {
    std::string buffer;
    format->Begin(started.execution->columns(), buffer);
    while (chunk && !truncated) {
      TARN_TRY(WriteChunk(buffer, writer));
      if (truncated) break;
      TARN_ASSIGN(chunk, started.execution->Next());
    }
    format->End(Stats(), buffer);
    return writer.Write(buffer);
  }

  Status WriteChunk(std::string& buffer, http::BodyWriter& writer) {
    for (size_t row = 0; row < chunk->rows(); ++row) {
      truncated = request.max_rows && rows >= *request.max_rows;
      if (truncated) return Ok();
      format->Row(*chunk, row, buffer);
      ++rows;
      if (buffer.size() < kFlushBytes) continue;
      TARN_TRY(writer.Write(buffer));
      buffer.clear();
    }
    return Ok();
  }

  nlohmann::json Stats() const {
    auto snapshot = nlohmann::json::array();
    for (const auto& [table, version] : started.snapshot) snapshot.push_back({{"table", table}, {"version", version}});
    const milliseconds total = Since(arrived);
    return {{"rows", rows},
            {"truncated", truncated},
            {"bytes_scanned", started.bytes_scanned},
            {"files", started.files},
            {"queue_ms", queued.count()},
            {"plan_ms", planned.count()},
            {"run_ms", (total - queued - planned).count()},
            {"total_ms", total.count()},
            {"snapshot", std::move(snapshot)}};
  }
};

}  // namespace

Result<http::Response> SqlEndpoint::operator()(http::Request& request) {
  const auto arrived = steady_clock::now();
  TARN_ASSIGN(auto format, ChooseFormat(request));
  TARN_ASSIGN(auto statement, ReadSqlRequest(request));
  TARN_ASSIGN(auto slot, admission_.Enter(Admission::Line::kBounded, request.cancelled));
  auto answer = std::make_shared<Answer>(std::move(slot), request.cancelled, timeout_);
  answer->request = std::move(statement);
  answer->format = std::move(format);
  answer->arrived = arrived;
  if (const auto prepared = answer->Prepare(runner_); !prepared.ok()) {
    const Error error = answer->stop.Explain(prepared.error());
    metrics_.Finished("sql", error, Since(arrived), 0);
    return error;
  }
  http::Response response;
  response.headers.Set("Content-Type", answer->format->content_type());
  response.headers.Set("Cache-Control", "no-store");
  response.stream = [answer, &metrics = metrics_](http::BodyWriter& writer) -> Status {
    auto written = answer->Write(writer);
    if (!written.ok()) written = answer->stop.Explain(written.error());
    metrics.Finished("sql", written, Since(answer->arrived), answer->rows);
    return written;
  };
  return response;
}

}  // namespace tarn::query
