#include "services/query/statements/statement_runner.h"

#include <algorithm>
#include <set>

#include "services/query/dialect/athena_dialect.h"

namespace tarn::query {
namespace {

constexpr int kMaxAttempts = 5;

void Count(const catalog_client::TableSnapshot& table, FileCounts& counts) {
  counts.files += static_cast<int64_t>(table.files.size());
  counts.files_total += table.total_files;
  std::set<std::vector<std::string>> partitions;
  for (const auto& file : table.files) {
    if (file.partition_values && !file.partition_values->empty()) partitions.insert(*file.partition_values);
  }
  counts.partitions += static_cast<int64_t>(partitions.size());
  counts.partitions_total += table.total_partitions;
}

void Describe(const BoundNames& names, StartedStatement& started) {
  started.snapshot = names.versions;
  for (const auto& table : names.tables) {
    Count(table.snapshot, started.counts);
    for (const auto& file : table.snapshot.files) started.bytes_scanned += file.size_bytes;
  }
}

Status CheckScan(const StartedStatement& started, const StatementRequest& request) {
  if (request.max_scan_bytes == 0 || started.bytes_scanned <= request.max_scan_bytes) return Ok();
  return Error(Code::kResourceExhausted, "the statement would read " + std::to_string(started.bytes_scanned) +
                                             " bytes; its workgroup allows " + std::to_string(request.max_scan_bytes));
}

// The engine's parser has other words for SHOW; the catalog answers it.
Status CheckIsQuery(const sql_gate::CheckedStatement& checked) {
  if (!checked.show) return Ok();
  return Error(Code::kUnprocessable, "SHOW stands alone as a statement");
}

StatementRequest PassedOn(const StatementRequest& request, const AthenaStatement& statement) {
  StatementRequest passed_on = request;
  passed_on.sql = statement.passed_on();
  passed_on.dialect = Dialect::kDuckDb;
  return passed_on;
}

// In the place of blanks, where there are enough, so that columns of errors stay.
std::string Prefixed(const std::string& prefix, const std::string& sql) {
  const size_t blanks = std::min(sql.find_first_not_of(' '), sql.size());
  return prefix + sql.substr(std::min(blanks, prefix.size()));
}

}  // namespace

Status StatementRunner::CheckQuery(const StatementRequest& request) {
  if (request.dialect == Dialect::kAthena) {
    TARN_ASSIGN(const auto statement, AthenaStatement::Parse(request.sql));
    if (statement.is_query()) return Ok();
    return CheckQuery(PassedOn(request, statement));
  }
  TARN_ASSIGN(const auto checked, parts_.gate.Check(request.sql));
  return CheckIsQuery(checked);
}

Result<StartedStatement> StatementRunner::StartQuery(const StatementRequest& request, const std::string& prefix,
                                                     std::stop_token cancelled) {
  return request.dialect == Dialect::kAthena ? StartAthena(request, prefix, cancelled)
                                             : StartDuckDb(request, prefix, cancelled);
}

Result<StartedStatement> StatementRunner::StartDuckDb(const StatementRequest& request, const std::string& prefix,
                                                      std::stop_token cancelled) {
  TARN_ASSIGN(const auto checked, parts_.gate.Check(request.sql));
  TARN_TRY(CheckIsQuery(checked));
  const auto write = [&](EngineStatement& statement, const BoundNames&) {
    statement.sql = Prefixed(prefix, request.sql);
    return Ok();
  };
  return StartBound(checked.tables, request, write, cancelled);
}

// The translation needs the tables' columns, so it comes after the catalog.
Result<StartedStatement> StatementRunner::StartAthena(const StatementRequest& request, const std::string& prefix,
                                                      std::stop_token cancelled) {
  TARN_ASSIGN(const auto athena, AthenaStatement::Parse(request.sql));
  if (!athena.is_query()) return StartDuckDb(PassedOn(request, athena), prefix, cancelled);
  std::vector<sql_gate::TableReference> references;
  for (const auto& table : athena.tables()) references.push_back({table.database, table.name, table.position, {}, table.uses});
  TranslatedStatement translated;
  const auto write = [&](EngineStatement& statement, const BoundNames& names) -> Status {
    TARN_ASSIGN(translated, athena.Translate(names.columns));
    TARN_ASSIGN(const auto checked, parts_.gate.CheckTranslated(translated.sql));
    (void)checked;
    statement.sql = prefix + translated.sql;
    return Ok();
  };
  auto started = StartBound(references, request, write, cancelled);
  if (started.ok() || started.error().where().empty() || translated.sql.empty()) return started;
  const Error& error = started.error();
  return Error(error.code(), error.message()).At(OriginalPosition(translated, request.sql, error.where()));
}

Result<StartedStatement> StatementRunner::StartBound(const std::vector<sql_gate::TableReference>& references,
                                                     const StatementRequest& request, const WriteStatement& write,
                                                     std::stop_token cancelled) {
  const bool athena = request.dialect == Dialect::kAthena;
  // Between the catalog's answer and the pin an object may be replaced; the catalog soon knows the new version.
  for (int attempt = 1;; ++attempt) {
    EngineStatement statement;
    statement.parameters = request.parameters;
    TARN_ASSIGN(auto names, binder_.Bind({references, request.database, request.sql, athena}, cancelled));
    TARN_TRY(write(statement, names));
    StartedStatement started;
    Describe(names, started);
    TARN_TRY(CheckScan(started, request));
    statement.tables = std::move(names.tables);
    statement.views = std::move(names.views);
    auto execution = engine_.Start(std::move(statement), cancelled);
    if (execution.ok()) {
      started.execution = std::move(*execution);
      return started;
    }
    if (execution.error().code() != Code::kPreconditionFailed) return execution.error();
    if (attempt == kMaxAttempts) {
      return Error(Code::kUnavailable, "a table's files were replaced before they could be read; try again: " +
                                           execution.error().message());
    }
  }
}

}  // namespace tarn::query
