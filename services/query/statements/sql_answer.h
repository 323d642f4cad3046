#pragma once

#include <chrono>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "services/query/formats/write_rows.h"
#include "services/query/statements/statement_queue.h"
#include "services/query/statements/statement_stop.h"

namespace tarn::query {

/// A statement of POST /v1/sql, from its place in line until its last row is written.
class SqlAnswer {
 public:
  struct Parts {
    std::optional<Admission::Slot> slot;
    std::shared_ptr<const Workgroup> workgroup;
    StatementRequest request;
    FormatName format = FormatName::kJson;
    std::chrono::steady_clock::time_point arrived;
  };
  SqlAnswer(Parts parts, std::stop_token client);

  /// Runs the statement up to its first rows, or into a file for Parquet. Errors: those of the runner and the
  /// format.
  Status Prepare(StatementRunner& runner, ResultFiles& results);
  /// The same with the kept rows of an earlier statement.
  Status PrepareReused(const Statement& earlier, ResultFiles& results);

  Status Write(http::BodyWriter& writer);

  /// Says whether it was the client or the time that stopped it.
  Error Explain(Error error) const { return stop_.Explain(std::move(error)); }
  /// Set for Parquet.
  std::optional<uint64_t> length() const;
  int64_t rows() const { return file_ ? file_->parquet.rows : rows_.written; }
  std::chrono::milliseconds Elapsed() const;

 private:
  Status Begin(ResultFiles& results);
  Status CopyFile(http::BodyWriter& writer) const;
  nlohmann::json Stats() const;

  // Declared so that the execution ends before its place is given to the next statement.
  const Parts parts_;
  StatementStop stop_;
  StartedStatement started_;
  std::unique_ptr<duckdb::ResultStream> kept_;
  std::string reused_;  // the id of the earlier statement
  RowsToWrite rows_;
  std::optional<ResultFiles::Written> file_;
  std::chrono::milliseconds queued_{0}, planned_{0};
};

}  // namespace tarn::query
