#include "services/query/statements/statement_runner.h"

#include <set>

#include "common/catalog_client/unknown_table.h"
#include "services/query/dialect/athena_dialect.h"
#include "services/query/system_tables/reserved_names.h"

namespace tarn::query {
namespace {

constexpr int kMaxAttempts = 5;

Error AtReference(Error error, const sql_gate::TableReference& reference, const std::string& sql) {
  if (reference.position > sql.size()) return error;
  return std::move(error).At(duckdb::DescribePosition(sql, reference.position));
}

// SELECT * FROM (VALUES ('a'), ('b')) t("name")
std::string ListingSql(const std::string& column, const std::vector<std::string>& names) {
  std::string values;
  for (const auto& name : names) values += (values.empty() ? "(" : ", (") + duckdb::QuoteLiteral(name) + ')';
  const std::string quoted = duckdb::QuoteIdentifier(column);
  if (names.empty()) return "SELECT NULL::VARCHAR AS " + quoted + " WHERE false";
  return "SELECT * FROM (VALUES " + values + ") AS listing(" + quoted + ')';
}

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

void Describe(const std::vector<table_view::BoundTable>& tables, StartedStatement& started) {
  for (const auto& table : tables) {
    started.snapshot.push_back({table.snapshot.database + '.' + table.snapshot.table, table.snapshot.version});
    Count(table.snapshot, started.counts);
    for (const auto& file : table.snapshot.files) started.bytes_scanned += file.size_bytes;
  }
}

// They have no versions; 0 is never a table's, so that the rows are no answer to a later statement.
void Describe(const std::vector<sql_gate::TableReference>& references, const std::vector<RowTable>& tables,
              const StatementRequest& request, StartedStatement& started) {
  if (tables.empty()) return;
  for (const auto& reference : references) {
    const std::string& database = reference.database.empty() ? request.database : reference.database;
    if (IsReservedDatabase(database)) started.snapshot.push_back({database + '.' + reference.table, 0});
  }
}

Status CheckScan(const StartedStatement& started, const StatementRequest& request) {
  if (request.max_scan_bytes == 0 || started.bytes_scanned <= request.max_scan_bytes) return Ok();
  return Error(Code::kResourceExhausted, "the statement would read " + std::to_string(started.bytes_scanned) +
                                             " bytes; its workgroup allows " + std::to_string(request.max_scan_bytes));
}

}  // namespace

Status StatementRunner::Check(const StatementRequest& request) {
  std::string sql = request.sql;
  if (request.dialect == Dialect::kAthena) {
    TARN_TRY(sql_gate::CheckText(request.sql));
    TARN_ASSIGN(const auto statement, AthenaStatement::Parse(request.sql));
    if (statement.is_query()) return Ok();
    sql = statement.passed_on();
  }
  TARN_ASSIGN(const auto checked, gate_.Check(sql));
  (void)checked;
  return Ok();
}

Result<StartedStatement> StatementRunner::Start(const StatementRequest& request, std::stop_token cancelled) {
  return request.dialect == Dialect::kAthena ? StartAthena(request, cancelled) : StartDuckDb(request, cancelled);
}

Result<StartedStatement> StatementRunner::StartDuckDb(const StatementRequest& request, std::stop_token cancelled) {
  TARN_ASSIGN(const auto checked, gate_.Check(request.sql));
  if (checked.show) return StartShow(*checked.show, request, cancelled);
  const auto write = [&](EngineStatement& statement) {
    statement.sql = request.sql;
    return Ok();
  };
  return StartBound(checked.tables, request, write, cancelled);
}

// The translation needs the tables' columns, so it comes after the catalog.
Result<StartedStatement> StatementRunner::StartAthena(const StatementRequest& request, std::stop_token cancelled) {
  TARN_TRY(sql_gate::CheckText(request.sql));
  TARN_ASSIGN(const auto athena, AthenaStatement::Parse(request.sql));
  if (!athena.is_query()) {
    StatementRequest passed_on = request;
    passed_on.sql = athena.passed_on();
    return StartDuckDb(passed_on, cancelled);
  }
  std::vector<sql_gate::TableReference> references;
  for (const auto& table : athena.tables()) references.push_back({table.database, table.name, table.position});
  TranslatedStatement translated;
  const auto write = [&](EngineStatement& statement) -> Status {
    TableColumns columns;
    for (const auto& table : statement.tables) {
      auto& list = columns[{table.database, table.name}];
      for (const auto& column : table.snapshot.columns) list.push_back({column.name, column.type});
    }
    for (const auto& table : statement.row_tables) columns[{table.written_database, table.name}] = table.columns;
    TARN_ASSIGN(translated, athena.Translate(columns));
    TARN_ASSIGN(const auto checked, gate_.CheckTranslated(translated.sql));
    (void)checked;
    statement.sql = translated.sql;
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
  // Between the catalog's answer and the pin an object may be replaced; the catalog soon knows the new version.
  for (int attempt = 1;; ++attempt) {
    EngineStatement statement;
    statement.parameters = request.parameters;
    TARN_TRY(BindAll(references, request, statement, cancelled));
    TARN_TRY(write(statement));
    if (!statement.row_tables.empty()) statement.sql = WithEngineDatabases(statement.sql);
    StartedStatement started;
    Describe(statement.tables, started);
    Describe(references, statement.row_tables, request, started);
    TARN_TRY(CheckScan(started, request));
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

Result<StartedStatement> StatementRunner::StartShow(const sql_gate::ShowCommand& show, const StatementRequest& request,
                                                    std::stop_token cancelled) {
  EngineStatement statement;
  if (show.what == sql_gate::ShowCommand::What::kDatabases) {
    TARN_ASSIGN(const auto names, catalog_.ListDatabases());
    statement.sql = ListingSql("database", names);
  } else {
    const std::string& database = show.database.empty() ? request.database : show.database;
    if (database.empty()) return Error(Code::kUnprocessable, "name the database: SHOW TABLES FROM database, or ?database=");
    auto names = IsReservedDatabase(database) ? system_tables_.Names(database) : catalog_.ListTables(database);
    if (!names.ok() && names.error().code() == Code::kNotFound) return Error(Code::kUnprocessable, names.error().message());
    if (!names.ok()) return names.error();
    statement.sql = ListingSql("table", *names);
  }
  StartedStatement started;
  TARN_ASSIGN(started.execution, engine_.Start(std::move(statement), cancelled));
  return started;
}

// The catalog's tables, and those that it does not have.
Status StatementRunner::BindAll(const std::vector<sql_gate::TableReference>& references, const StatementRequest& request,
                                EngineStatement& statement, std::stop_token cancelled) {
  std::vector<sql_gate::TableReference> cataloged;
  for (const auto& reference : references) {
    const std::string& database = reference.database.empty() ? request.database : reference.database;
    if (!IsReservedDatabase(database)) {
      cataloged.push_back(reference);
      continue;
    }
    auto rows = system_tables_.Read(database, reference, cancelled);
    if (!rows.ok()) return AtReference(rows.error(), reference, request.sql);
    statement.row_tables.push_back(std::move(*rows));
  }
  TARN_ASSIGN(statement.tables, Bind(cataloged, request, cancelled));
  return Ok();
}

Result<std::vector<table_view::BoundTable>> StatementRunner::Bind(
    const std::vector<sql_gate::TableReference>& references, const StatementRequest& request, std::stop_token cancelled) {
  std::vector<catalog_client::TableRequest> names;
  for (const auto& reference : references) {
    if (reference.database.empty() && request.database.empty()) {
      return AtReference(Error(Code::kUnprocessable, "name the table's database: database." + reference.table + ", or set ?database="),
                         reference, request.sql);
    }
    catalog_client::TableRequest wanted{{reference.database.empty() ? request.database : reference.database, reference.table}};
    wanted.filters = reference.filters;
    names.push_back(std::move(wanted));
  }
  std::vector<table_view::BoundTable> tables;
  if (names.empty()) return tables;
  TARN_ASSIGN(auto snapshots, catalog_.Resolve(names, 0, cancelled));
  for (size_t i = 0; i < names.size(); ++i) {
    const auto& reference = references[i];
    if (!snapshots[i]) {
      const std::string unknown = catalog_client::DescribeUnknownTable(catalog_, names[i].name);
      return AtReference(Error(Code::kUnprocessable, unknown), reference, request.sql);
    }
    tables.push_back({reference.database, reference.table, std::move(*snapshots[i])});
  }
  return tables;
}

}  // namespace tarn::query
