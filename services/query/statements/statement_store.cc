#include "services/query/statements/statement_store.h"

#include <nlohmann/json.hpp>

#include "common/json/json.h"
#include "services/query/statements/row_format.h"

namespace tarn::query {
namespace {

constexpr const char* kColumns =
    "id, sql, database, parameters, max_rows, state, created_at, started_at, finished_at, rows, truncated, "
    "bytes_scanned, files, plan_ms, snapshot, columns, result_bytes, error_code, error_detail, error_where, dialect";

std::optional<Timestamp> Time(const sqlite::Statement& row, int column) {
  const auto ms = row.OptionalInteger(column);
  return ms ? std::optional(FromUnixMillis(*ms)) : std::nullopt;
}

// Columns that this program wrote itself; an unreadable one counts as empty.
nlohmann::json Array(const sqlite::Statement& row, int column) {
  auto parsed = json::Parse(row.Text(column));
  return parsed.ok() && parsed->is_array() ? std::move(*parsed) : nlohmann::json::array();
}

Code ReadCode(const std::string& name) {
  for (int code = 0; code <= static_cast<int>(Code::kInternal); ++code) {
    if (name == CodeName(static_cast<Code>(code))) return static_cast<Code>(code);
  }
  return Code::kInternal;
}

Statement ReadRow(const sqlite::Statement& row) {
  Statement statement;
  statement.id = row.Text(0);
  statement.request.sql = row.Text(1);
  statement.request.database = row.Text(2);
  for (const auto& parameter : Array(row, 3)) statement.request.parameters.push_back(parameter);
  statement.request.max_rows = row.OptionalInteger(4);
  statement.state = ParseState(row.Text(5)).value_or(StatementState::kFailed);
  statement.created_at = FromUnixMillis(row.Integer(6));
  statement.started_at = Time(row, 7);
  statement.finished_at = Time(row, 8);
  statement.progress = statement.state == StatementState::kSucceeded ? 1 : 0;
  statement.rows = row.Integer(9);
  statement.truncated = row.Integer(10) != 0;
  statement.bytes_scanned = static_cast<uint64_t>(row.Integer(11));
  statement.files = row.Integer(12);
  statement.plan_ms = row.Integer(13);
  for (const auto& table : Array(row, 14)) statement.snapshot.push_back({table.value("table", ""), table.value("version", int64_t{0})});
  for (const auto& column : Array(row, 15)) statement.columns.push_back({column.value("name", ""), column.value("type", "")});
  statement.result_bytes = static_cast<uint64_t>(row.Integer(16));
  if (const auto code = row.OptionalText(17)) {
    statement.error = Error(ReadCode(*code), row.Text(18)).At(row.Text(19));
  }
  statement.request.dialect = ParseDialect(row.Text(20)).value_or(Dialect::kDuckDb);
  return statement;
}

Result<std::vector<std::string>> ReadIds(sqlite::Statement& query) {
  std::vector<std::string> ids;
  while (true) {
    TARN_ASSIGN(const bool more, query.Step());
    if (!more) return ids;
    ids.push_back(query.Text(0));
  }
}

}  // namespace

const std::string StatementStore::kMigration = R"sql(
  CREATE TABLE statements (
    id TEXT PRIMARY KEY,
    sql TEXT NOT NULL,
    database TEXT NOT NULL,
    parameters TEXT NOT NULL,      -- JSON array of texts
    max_rows INTEGER,
    state TEXT NOT NULL,
    created_at INTEGER NOT NULL,   -- times in Unix milliseconds
    started_at INTEGER,
    finished_at INTEGER,
    rows INTEGER NOT NULL DEFAULT 0,
    truncated INTEGER NOT NULL DEFAULT 0,
    bytes_scanned INTEGER NOT NULL DEFAULT 0,
    files INTEGER NOT NULL DEFAULT 0,
    plan_ms INTEGER NOT NULL DEFAULT 0,
    snapshot TEXT NOT NULL DEFAULT '[]',  -- JSON: [{"table", "version"}]
    columns TEXT NOT NULL DEFAULT '[]',   -- JSON: [{"name", "type"}]
    result_bytes INTEGER NOT NULL DEFAULT 0,
    error_code TEXT,
    error_detail TEXT,
    error_where TEXT
  ) WITHOUT ROWID;
  CREATE INDEX statements_by_state ON statements (state, id);
)sql";

const std::string StatementStore::kDialectMigration = "ALTER TABLE statements ADD COLUMN dialect TEXT NOT NULL DEFAULT 'duckdb'";

Status StatementStore::Add(const Statement& statement, int64_t max_queued) {
  return database_.Transact([&]() -> Status {
    TARN_ASSIGN(auto count, database_.Prepare("SELECT count(*) FROM statements WHERE state = 'queued'"));
    TARN_ASSIGN(const bool counted, count.Step());
    if (counted && count.Integer(0) >= max_queued) {
      return Error(Code::kResourceExhausted, std::to_string(count.Integer(0)) + " statements are queued already; try again later");
    }
    TARN_ASSIGN(auto insert, database_.Prepare("INSERT INTO statements (id, sql, database, parameters, max_rows, state, created_at, dialect) "
                                               "VALUES (?, ?, ?, ?, ?, 'queued', ?, ?)"));
    const auto& request = statement.request;
    insert.Bind(1, statement.id).Bind(2, request.sql).Bind(3, request.database);
    insert.Bind(4, json::Dump(request.parameters)).Bind(5, request.max_rows).Bind(6, ToUnixMillis(statement.created_at));
    insert.Bind(7, DialectName(request.dialect));
    return insert.Run();
  });
}

Result<Statement> StatementStore::Get(const std::string& id) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto query, database_.Prepare(std::string("SELECT ") + kColumns + " FROM statements WHERE id = ?"));
  TARN_ASSIGN(const bool found, query.Bind(1, id).Step());
  if (!found) return Error(Code::kNotFound, "there is no query " + id);
  return ReadRow(query);
}

Result<std::vector<Statement>> StatementStore::List(const std::string& after, std::optional<StatementState> state, int64_t limit) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto query, database_.Prepare(std::string("SELECT ") + kColumns +
                                            " FROM statements WHERE (?1 = '' OR id < ?1) AND (?2 = '' OR state = ?2) "
                                            "ORDER BY id DESC LIMIT ?3"));
  query.Bind(1, after).Bind(2, state ? StateName(*state) : "").Bind(3, limit);
  std::vector<Statement> statements;
  while (true) {
    TARN_ASSIGN(const bool more, query.Step());
    if (!more) return statements;
    statements.push_back(ReadRow(query));
  }
}

Result<std::optional<Statement>> StatementStore::TakeNext() {
  std::optional<Statement> taken;
  TARN_TRY(database_.Transact([&]() -> Status {
    TARN_ASSIGN(auto query, database_.Prepare(std::string("SELECT ") + kColumns +
                                              " FROM statements WHERE state = 'queued' ORDER BY id LIMIT 1"));
    TARN_ASSIGN(const bool found, query.Step());
    if (!found) return Ok();
    taken = ReadRow(query);
    taken->state = StatementState::kRunning;
    taken->started_at = Now();
    TARN_ASSIGN(auto update, database_.Prepare("UPDATE statements SET state = 'running', started_at = ? WHERE id = ?"));
    return update.Bind(1, ToUnixMillis(*taken->started_at)).Bind(2, taken->id).Run();
  }));
  return taken;
}

Status StatementStore::Finish(const Statement& statement) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto update, database_.Prepare(
                               "UPDATE statements SET state = ?2, finished_at = ?3, rows = ?4, truncated = ?5, bytes_scanned = ?6, "
                               "files = ?7, plan_ms = ?8, snapshot = ?9, columns = ?10, result_bytes = ?11, error_code = ?12, "
                               "error_detail = ?13, error_where = ?14 WHERE id = ?1"));
  auto snapshot = nlohmann::json::array();
  for (const auto& [table, version] : statement.snapshot) snapshot.push_back({{"table", table}, {"version", version}});
  update.Bind(1, statement.id).Bind(2, StateName(statement.state)).Bind(3, ToUnixMillis(statement.finished_at.value_or(Now())));
  update.Bind(4, statement.rows).Bind(5, int64_t{statement.truncated}).Bind(6, static_cast<int64_t>(statement.bytes_scanned));
  update.Bind(7, statement.files).Bind(8, statement.plan_ms).Bind(9, json::Dump(snapshot));
  update.Bind(10, json::Dump(ColumnsJson(statement.columns))).Bind(11, static_cast<int64_t>(statement.result_bytes));
  std::optional<std::string> code, detail, where;
  if (statement.error) {
    code = CodeName(statement.error->code());
    detail = statement.error->message();
    where = statement.error->where();
  }
  return update.Bind(12, code).Bind(13, detail).Bind(14, where).Run();
}

Status StatementStore::Requeue(const std::string& id) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto update, database_.Prepare("UPDATE statements SET state = 'queued', started_at = NULL WHERE id = ? AND state = 'running'"));
  return update.Bind(1, id).Run();
}

Result<bool> StatementStore::CancelQueued(const std::string& id) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto update, database_.Prepare("UPDATE statements SET state = 'cancelled', finished_at = ? WHERE id = ? AND state = 'queued'"));
  TARN_TRY(update.Bind(1, ToUnixMillis(Now())).Bind(2, id).Run());
  return database_.Changes() > 0;
}

Result<std::vector<std::string>> StatementStore::FailRunning(const Error& reason) {
  std::vector<std::string> ids;
  TARN_TRY(database_.Transact([&]() -> Status {
    TARN_ASSIGN(auto query, database_.Prepare("SELECT id FROM statements WHERE state = 'running'"));
    TARN_ASSIGN(ids, ReadIds(query));
    TARN_ASSIGN(auto update, database_.Prepare("UPDATE statements SET state = 'failed', finished_at = ?, error_code = ?, error_detail = ?, "
                                               "error_where = '' WHERE state = 'running'"));
    return update.Bind(1, ToUnixMillis(Now())).Bind(2, CodeName(reason.code())).Bind(3, reason.message()).Run();
  }));
  return ids;
}

Result<std::vector<std::string>> StatementStore::FinishedBefore(Timestamp time, int64_t limit) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto query, database_.Prepare("SELECT id FROM statements WHERE finished_at < ? ORDER BY id LIMIT ?"));
  query.Bind(1, ToUnixMillis(time)).Bind(2, limit);
  return ReadIds(query);
}

Status StatementStore::Remove(const std::string& id) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto remove, database_.Prepare("DELETE FROM statements WHERE id = ?"));
  return remove.Bind(1, id).Run();
}

}  // namespace tarn::query
