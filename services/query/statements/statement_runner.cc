#include "services/query/statements/statement_runner.h"

#include <algorithm>
#include <set>

#include "services/query/dialect/athena_dialect.h"
#include "services/query/system_tables/reserved_names.h"

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

// The filters of the translation, whose tables have the same names.
void TakeFilters(const sql_gate::CheckedStatement& translated, std::vector<sql_gate::TableReference>& references) {
  for (auto& reference : references) {
    for (const auto& table : translated.tables) {
      if (FoldCase(table.database) == reference.database && FoldCase(table.table) == reference.table)
        reference.filters = table.filters;
    }
  }
}

// In the place of blanks, where there are enough, so that columns of errors stay.
std::string Prefixed(const std::string& prefix, const std::string& sql) {
  const size_t blanks = std::min(sql.find_first_not_of(' '), sql.size());
  return prefix + sql.substr(std::min(blanks, prefix.size()));
}

}  // namespace

Status StatementRunner::CheckQuery(const StatementRequest& request) {
  TARN_ASSIGN(const auto present, TakeFormerTables(request.sql));
  if (request.dialect == Dialect::kAthena) {
    TARN_ASSIGN(const auto statement, AthenaStatement::Parse(present.sql));
    if (statement.is_query()) return Ok();
    return CheckQuery(PassedOn(request, statement));
  }
  TARN_ASSIGN(const auto checked, parts_.gate.Check(present.sql));
  return CheckIsQuery(checked);
}

Result<StartedStatement> StatementRunner::StartQuery(const StatementRequest& request, const std::string& prefix,
                                                     std::stop_token cancelled) {
  TARN_ASSIGN(auto present, TakeFormerTables(request.sql));
  Query query{request, prefix, std::move(present.tables)};
  query.request.sql = std::move(present.sql);
  return request.dialect == Dialect::kAthena ? StartAthena(query, cancelled) : StartDuckDb(query, cancelled);
}

Result<StartedStatement> StatementRunner::StartDuckDb(const Query& query, std::stop_token cancelled) {
  TARN_ASSIGN(const auto checked, parts_.gate.Check(query.request.sql));
  TARN_TRY(CheckIsQuery(checked));
  const auto write = [&](EngineStatement& statement, const BoundNames&, std::vector<sql_gate::TableReference>&) {
    statement.sql = Prefixed(query.prefix, query.request.sql);
    return Ok();
  };
  return StartBound(checked.tables, query, write, cancelled);
}

// The translation needs the tables' columns, so it comes after the catalog.
Result<StartedStatement> StatementRunner::StartAthena(const Query& query, std::stop_token cancelled) {
  TARN_ASSIGN(const auto athena, AthenaStatement::Parse(query.request.sql));
  if (!athena.is_query()) {
    return StartDuckDb({PassedOn(query.request, athena), query.prefix, query.former}, cancelled);
  }
  std::vector<sql_gate::TableReference> references;
  for (const auto& table : athena.tables())
    references.push_back({table.database, table.name, table.position, {}, table.uses});
  TranslatedStatement translated;
  const auto write = [&](EngineStatement& statement, const BoundNames& names,
                         std::vector<sql_gate::TableReference>& filtered) -> Status {
    TARN_ASSIGN(translated, athena.Translate(names.columns));
    TARN_ASSIGN(const auto checked, parts_.gate.CheckTranslated(translated.sql));
    TakeFilters(checked, filtered);
    statement.sql = query.prefix + translated.sql;
    return Ok();
  };
  auto started = StartBound(references, query, write, cancelled);
  if (started.ok() || started.error().where().empty() || translated.sql.empty()) return started;
  const Error& error = started.error();
  return Error(error.code(), error.message())
      .At(OriginalPosition(translated, query.request.sql, error.where()));
}

// What an athena statement says of rows is known once it is translated, and that takes the columns.
Result<BoundNames> StatementRunner::BindAndWrite(const std::vector<sql_gate::TableReference>& references,
                                                 const Query& query, const WriteStatement& write,
                                                 EngineStatement& statement, std::stop_token cancelled) {
  const StatementRequest& request = query.request;
  const bool athena = request.dialect == Dialect::kAthena;
  const bool in_two_steps = athena && FoldCase(request.sql).find("where") != std::string::npos;
  std::vector<sql_gate::TableReference> cataloged, of_system;
  for (const auto& reference : references) {
    const std::string& database = reference.database.empty() ? request.database : reference.database;
    (IsReservedDatabase(database) ? of_system : cataloged).push_back(reference);
  }
  std::vector<sql_gate::TableReference> filtered = cataloged;
  TARN_ASSIGN(auto names, binder_.Bind({cataloged, request.database, request.sql, athena, query.former, in_two_steps},
                                       cancelled));
  TARN_TRY(ReadSystemTables(of_system, query, names, statement, cancelled));
  TARN_TRY(write(statement, names, filtered));
  if (!of_system.empty()) statement.sql = WithEngineDatabases(statement.sql);
  if (in_two_steps) {
    const auto versions = std::move(names.versions);
    TARN_ASSIGN(names, binder_.Bind({filtered, request.database, request.sql, false, query.former}, cancelled));
    if (names.versions != versions)
      return Error(Code::kPreconditionFailed, "a table was changed while the statement began");
  }
  // They have no versions; 0 is never a table's, so that the rows are no answer to a later statement.
  for (const auto& table : statement.row_tables) names.versions.push_back({table.written_database + '.' + table.name, 0});
  return names;
}

Result<StartedStatement> StatementRunner::StartBound(const std::vector<sql_gate::TableReference>& references,
                                                     const Query& query, const WriteStatement& write,
                                                     std::stop_token cancelled) {
  // Between the catalog's answer and the pin an object may be replaced; the catalog soon knows the new version.
  for (int attempt = 1;; ++attempt) {
    EngineStatement statement;
    statement.parameters = query.request.parameters;
    statement.counts_progress = query.request.shows_progress;
    auto started = StartOnce(BindAndWrite(references, query, write, statement, cancelled), statement, query, cancelled);
    if (started.ok() || started.error().code() != Code::kPreconditionFailed) return started;
    if (attempt == kMaxAttempts) {
      return Error(Code::kUnavailable, "a table's files were replaced before they could be read; try again: " +
                                           started.error().message());
    }
  }
}

Result<StartedStatement> StatementRunner::StartOnce(Result<BoundNames> names, EngineStatement& statement,
                                                    const Query& query, std::stop_token cancelled) {
  if (!names.ok()) return names.error();
  StartedStatement started;
  Describe(*names, started);
  TARN_TRY(CheckScan(started, query.request));
  statement.tables = std::move(names->tables);
  statement.views = std::move(names->views);
  TARN_ASSIGN(started.execution, engine_.Start(std::move(statement), cancelled));
  return started;
}

}  // namespace tarn::query
