#include "services/query/statements/statement_store.h"

#include <nlohmann/json.hpp>

#include "common/json/json.h"
#include "services/query/formats/result_format.h"

namespace tarn::query {
namespace {

constexpr const char* kColumns =
    "id, sql, database, parameters, max_rows, state, created_at, started_at, finished_at, rows, truncated, "
    "bytes_scanned, files, plan_ms, snapshot, columns, result_bytes, error_code, error_detail, error_where, dialect, "
    "workgroup, timeout_ms, files_total, partitions, partitions_total, result_id, result_bucket, result_expires_at";

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
  statement.request.parameters = ParametersFromJson(Array(row, 3));
  statement.request.max_rows = row.OptionalInteger(4);
  statement.state = ParseState(row.Text(5)).value_or(StatementState::kFailed);
  statement.created_at = FromUnixMillis(row.Integer(6));
  statement.started_at = Time(row, 7);
  statement.finished_at = Time(row, 8);
  statement.progress = statement.state == StatementState::kSucceeded ? 1 : 0;
  statement.rows = row.Integer(9);
  statement.truncated = row.Integer(10) != 0;
  statement.bytes_scanned = static_cast<uint64_t>(row.Integer(11));
  statement.counts.files = row.Integer(12);
  statement.plan_ms = row.Integer(13);
  for (const auto& table : Array(row, 14)) statement.snapshot.push_back({table.value("table", ""), table.value("version", int64_t{0})});
  for (const auto& column : Array(row, 15)) statement.columns.push_back({column.value("name", ""), column.value("type", "")});
  statement.result_bytes = static_cast<uint64_t>(row.Integer(16));
  if (const auto code = row.OptionalText(17)) {
    statement.error = Error(ReadCode(*code), row.Text(18)).At(row.Text(19));
  }
  statement.request.dialect = ParseDialect(row.Text(20)).value_or(Dialect::kDuckDb);
  statement.request.workgroup = row.Text(21);
  if (const auto timeout = row.OptionalInteger(22)) statement.request.timeout = std::chrono::milliseconds(*timeout);
  statement.counts.files_total = row.Integer(23);
  statement.counts.partitions = row.Integer(24);
  statement.counts.partitions_total = row.Integer(25);
  statement.result_id = row.Text(26);
  statement.result_bucket = row.Text(27);
  statement.result_expires_at = Time(row, 28);
  return statement;
}

Result<std::vector<Statement>> ReadRows(sqlite::Statement& query) {
  std::vector<Statement> statements;
  while (true) {
    TARN_ASSIGN(const bool more, query.Step());
    if (!more) return statements;
    statements.push_back(ReadRow(query));
  }
}

std::optional<int64_t> Milliseconds(const std::optional<Timestamp>& time) {
  return time ? std::optional(ToUnixMillis(*time)) : std::nullopt;
}

std::string SelectStatements(const std::string& rest) { return std::string("SELECT ") + kColumns + " FROM statements " + rest; }

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

const std::string StatementStore::kWorkgroupMigration = R"sql(
  ALTER TABLE statements ADD COLUMN workgroup TEXT NOT NULL DEFAULT 'primary';
  ALTER TABLE statements ADD COLUMN timeout_ms INTEGER;
  ALTER TABLE statements ADD COLUMN files_total INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE statements ADD COLUMN partitions INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE statements ADD COLUMN partitions_total INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE statements ADD COLUMN result_id TEXT NOT NULL DEFAULT '';  -- whose rows; empty: no result is kept
  ALTER TABLE statements ADD COLUMN result_bucket TEXT NOT NULL DEFAULT 'results';
  ALTER TABLE statements ADD COLUMN result_expires_at INTEGER;
  DROP INDEX statements_by_state;
  CREATE INDEX statements_by_state ON statements (state, workgroup, id);
  CREATE INDEX statements_by_result_expiry ON statements (result_expires_at) WHERE result_id <> '';
  CREATE INDEX statements_by_end ON statements (finished_at);
)sql";

Status StatementStore::Insert(const Statement& statement) {
  TARN_ASSIGN(auto insert,
              database_.Prepare("INSERT INTO statements (id, sql, database, parameters, max_rows, state, created_at, dialect, workgroup, "
                                "timeout_ms, result_id, result_bucket) VALUES (?, ?, ?, ?, ?, 'queued', ?, ?, ?, ?, ?, ?)"));
  const auto& request = statement.request;
  insert.Bind(1, statement.id).Bind(2, request.sql).Bind(3, request.database);
  insert.Bind(4, json::Dump(ParametersJson(request.parameters))).Bind(5, request.max_rows);
  insert.Bind(6, ToUnixMillis(statement.created_at)).Bind(7, DialectName(request.dialect)).Bind(8, request.workgroup);
  insert.Bind(9, request.timeout ? std::optional<int64_t>(request.timeout->count()) : std::nullopt);
  insert.Bind(10, statement.result_id).Bind(11, statement.result_bucket);
  return insert.Run();
}

Status StatementStore::Add(const Statement& statement, int64_t max_queued) {
  return database_.Transact([&]() -> Status {
    TARN_ASSIGN(const int64_t queued, CountQueued(statement.request.workgroup));
    if (queued >= max_queued) {
      return Error(Code::kResourceExhausted, std::to_string(queued) + " statements of workgroup " + statement.request.workgroup +
                                                 " are queued already; try again later");
    }
    return Insert(statement);
  });
}

Status StatementStore::AddEnded(const Statement& statement) {
  return database_.Transact([&]() -> Status {
    TARN_TRY(Insert(statement));
    return Finish(statement);
  });
}

Result<Statement> StatementStore::Get(const std::string& id) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto query, database_.Prepare(SelectStatements("WHERE id = ?")));
  TARN_ASSIGN(const bool found, query.Bind(1, id).Step());
  if (!found) return Error(Code::kNotFound, "there is no query " + id);
  return ReadRow(query);
}

Result<std::vector<Statement>> StatementStore::List(const Filter& filter, int64_t limit) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto query, database_.Prepare(SelectStatements("WHERE (?1 = '' OR id < ?1) AND (?2 = '' OR state = ?2) "
                                                   "AND (?4 = '' OR workgroup = ?4) AND (?5 = '' OR instr(lower(sql), lower(?5)) > 0) "
                                                   "AND (?6 IS NULL OR created_at >= ?6) AND (?7 IS NULL OR created_at < ?7) "
                                                   "ORDER BY id DESC LIMIT ?3")));
  query.Bind(1, filter.after).Bind(2, filter.state ? StateName(*filter.state) : "").Bind(3, limit);
  query.Bind(4, filter.workgroup).Bind(5, filter.search);
  query.Bind(6, Milliseconds(filter.since)).Bind(7, Milliseconds(filter.until));
  return ReadRows(query);
}

Result<int64_t> StatementStore::CountQueued(const std::string& workgroup) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto count, database_.Prepare("SELECT count(*) FROM statements WHERE state = 'queued' AND workgroup = ?"));
  TARN_ASSIGN(const bool counted, count.Bind(1, workgroup).Step());
  return counted ? count.Integer(0) : 0;
}

Result<std::vector<std::string>> StatementStore::QueuedWorkgroups() {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto query, database_.Prepare("SELECT DISTINCT workgroup FROM statements WHERE state = 'queued'"));
  std::vector<std::string> names;
  while (true) {
    TARN_ASSIGN(const bool more, query.Step());
    if (!more) return names;
    names.push_back(query.Text(0));
  }
}

Result<std::optional<Statement>> StatementStore::TakeNext(const std::string& workgroup) {
  std::optional<Statement> taken;
  TARN_TRY(database_.Transact([&]() -> Status {
    TARN_ASSIGN(auto query, database_.Prepare(SelectStatements("WHERE state = 'queued' AND workgroup = ? ORDER BY id LIMIT 1")));
    TARN_ASSIGN(const bool found, query.Bind(1, workgroup).Step());
    if (!found) return Ok();
    taken = ReadRow(query);
    taken->state = StatementState::kRunning;
    taken->started_at = Now();
    TARN_ASSIGN(auto update, database_.Prepare("UPDATE statements SET state = 'running', started_at = ? WHERE id = ?"));
    return update.Bind(1, ToUnixMillis(*taken->started_at)).Bind(2, taken->id).Run();
  }));
  return taken;
}

Result<std::optional<Statement>> StatementStore::FindSame(const StatementRequest& request, Timestamp since, Timestamp now) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto query, database_.Prepare(SelectStatements("WHERE state = 'succeeded' AND workgroup = ?1 AND finished_at >= ?2 "
                                                   "AND result_id = id AND result_expires_at > ?3 AND sql = ?4 AND database = ?5 "
                                                   "AND parameters = ?6 AND max_rows IS ?7 AND dialect = ?8 ORDER BY id DESC LIMIT 1")));
  query.Bind(1, request.workgroup).Bind(2, ToUnixMillis(since)).Bind(3, ToUnixMillis(now)).Bind(4, request.sql);
  query.Bind(5, request.database).Bind(6, json::Dump(ParametersJson(request.parameters))).Bind(7, request.max_rows);
  query.Bind(8, DialectName(request.dialect));
  TARN_ASSIGN(const bool found, query.Step());
  if (!found) return std::optional<Statement>();
  return std::optional(ReadRow(query));
}

Status StatementStore::Finish(const Statement& statement) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto update, database_.Prepare(
                               "UPDATE statements SET state = ?2, finished_at = ?3, rows = ?4, truncated = ?5, bytes_scanned = ?6, "
                               "files = ?7, plan_ms = ?8, snapshot = ?9, columns = ?10, result_bytes = ?11, error_code = ?12, "
                               "error_detail = ?13, error_where = ?14, files_total = ?15, partitions = ?16, partitions_total = ?17, "
                               "result_id = ?18, result_expires_at = ?19, started_at = ?20 WHERE id = ?1"));
  auto snapshot = nlohmann::json::array();
  for (const auto& [table, version] : statement.snapshot) snapshot.push_back({{"table", table}, {"version", version}});
  update.Bind(1, statement.id).Bind(2, StateName(statement.state)).Bind(3, ToUnixMillis(statement.finished_at.value_or(Now())));
  update.Bind(4, statement.rows).Bind(5, int64_t{statement.truncated}).Bind(6, static_cast<int64_t>(statement.bytes_scanned));
  update.Bind(7, statement.counts.files).Bind(8, statement.plan_ms).Bind(9, json::Dump(snapshot));
  update.Bind(10, json::Dump(ColumnsJson(statement.columns))).Bind(11, static_cast<int64_t>(statement.result_bytes));
  update.Bind(15, statement.counts.files_total).Bind(16, statement.counts.partitions).Bind(17, statement.counts.partitions_total);
  const bool kept = statement.state == StatementState::kSucceeded;
  update.Bind(18, kept ? statement.result_id : "").Bind(19, Milliseconds(statement.result_expires_at));
  update.Bind(20, Milliseconds(statement.started_at));
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

Result<std::vector<Statement>> StatementStore::Running() {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto query, database_.Prepare(SelectStatements("WHERE state = 'running' ORDER BY id")));
  return ReadRows(query);
}

Result<std::vector<Statement>> StatementStore::FinishedBefore(Timestamp time, int64_t limit) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto query, database_.Prepare(SelectStatements("WHERE finished_at < ? ORDER BY finished_at LIMIT ?")));
  query.Bind(1, ToUnixMillis(time)).Bind(2, limit);
  return ReadRows(query);
}

Result<std::vector<Statement>> StatementStore::Expired(Timestamp now, int64_t limit) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto query, database_.Prepare(SelectStatements("WHERE result_id <> '' AND result_expires_at <= ? ORDER BY result_expires_at LIMIT ?")));
  query.Bind(1, ToUnixMillis(now)).Bind(2, limit);
  return ReadRows(query);
}

Status StatementStore::ForgetResult(const std::string& id) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto update, database_.Prepare("UPDATE statements SET result_id = '' WHERE id = ?"));
  return update.Bind(1, id).Run();
}

Status StatementStore::Remove(const std::string& id) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto remove, database_.Prepare("DELETE FROM statements WHERE id = ?"));
  return remove.Bind(1, id).Run();
}

}  // namespace tarn::query
