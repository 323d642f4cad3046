#include "services/query/statements/statement_runner.h"

#include "services/query/statements/near_names.h"

namespace tarn::query {
namespace {

constexpr int kMaxAttempts = 5;

Error AtReference(Error error, const TableReference& reference, const std::string& sql) {
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

void Describe(const std::vector<BoundTable>& tables, StartedStatement& started) {
  for (const auto& table : tables) {
    started.snapshot.push_back({table.snapshot.database + '.' + table.snapshot.table, table.snapshot.version});
    started.files += static_cast<int64_t>(table.snapshot.files.size());
    for (const auto& file : table.snapshot.files) started.bytes_scanned += file.size_bytes;
  }
}

}  // namespace

Status StatementRunner::Check(const StatementRequest& request) {
  TARN_ASSIGN(const auto checked, gate_.Check(request.sql));
  (void)checked;
  return Ok();
}

Result<StartedStatement> StatementRunner::Start(const StatementRequest& request, std::stop_token cancelled) {
  TARN_ASSIGN(const auto checked, gate_.Check(request.sql));
  if (checked.show) return StartShow(*checked.show, request, cancelled);
  // Between the catalog's answer and the pin an object may be replaced; the catalog soon knows the new version.
  for (int attempt = 1;; ++attempt) {
    EngineStatement statement{request.sql, request.parameters, {}};
    TARN_ASSIGN(statement.tables, Bind(checked, request, cancelled));
    StartedStatement started;
    auto execution = engine_.Start(statement, cancelled);
    if (execution.ok()) {
      started.execution = std::move(*execution);
      Describe(statement.tables, started);
      return started;
    }
    if (execution.error().code() != Code::kPreconditionFailed) return execution.error();
    if (attempt == kMaxAttempts) {
      return Error(Code::kUnavailable, "a table's files were replaced before they could be read; try again: " +
                                           execution.error().message());
    }
  }
}

Result<StartedStatement> StatementRunner::StartShow(const ShowCommand& show, const StatementRequest& request,
                                                    std::stop_token cancelled) {
  EngineStatement statement;
  if (show.what == ShowCommand::What::kDatabases) {
    TARN_ASSIGN(const auto names, catalog_.ListDatabases());
    statement.sql = ListingSql("database", names);
  } else {
    const std::string& database = show.database.empty() ? request.database : show.database;
    if (database.empty()) return Error(Code::kUnprocessable, "name the database: SHOW TABLES FROM database, or ?database=");
    auto names = catalog_.ListTables(database);
    if (!names.ok() && names.error().code() == Code::kNotFound) return Error(Code::kUnprocessable, names.error().message());
    if (!names.ok()) return names.error();
    statement.sql = ListingSql("table", *names);
  }
  StartedStatement started;
  TARN_ASSIGN(started.execution, engine_.Start(statement, cancelled));
  return started;
}

Result<std::vector<BoundTable>> StatementRunner::Bind(const CheckedStatement& checked, const StatementRequest& request,
                                                      std::stop_token cancelled) {
  std::vector<TableName> names;
  for (const auto& reference : checked.tables) {
    if (reference.database.empty() && request.database.empty()) {
      return AtReference(Error(Code::kUnprocessable, "name the table's database: database." + reference.table + ", or set ?database="),
                         reference, request.sql);
    }
    names.push_back({reference.database.empty() ? request.database : reference.database, reference.table});
  }
  std::vector<BoundTable> tables;
  if (names.empty()) return tables;
  TARN_ASSIGN(auto snapshots, catalog_.Resolve(names, cancelled));
  for (size_t i = 0; i < names.size(); ++i) {
    const auto& reference = checked.tables[i];
    if (!snapshots[i]) return UnknownTable(names[i], reference, request.sql);
    tables.push_back({reference.database, reference.table, std::move(*snapshots[i])});
  }
  return tables;
}

Error StatementRunner::UnknownTable(const TableName& name, const TableReference& reference, const std::string& sql) {
  std::string message = "there is no table " + name.table + " in database " + name.database;
  auto known = catalog_.ListTables(name.database);
  std::vector<std::string> near;
  if (known.ok()) {
    near = NearNames(name.table, *known);
  } else if (known.error().code() == Code::kNotFound) {
    message = "there is no database " + name.database;
    known = catalog_.ListDatabases();
    if (known.ok()) near = NearNames(name.database, *known);
  }
  for (size_t i = 0; i < near.size(); ++i) message += (i == 0 ? "; names like it: " : ", ") + near[i];
  return AtReference(Error(Code::kUnprocessable, std::move(message)), reference, sql);
}

}  // namespace tarn::query
