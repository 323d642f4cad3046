#include "common/sqlite/database.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "common/logging/log.h"

namespace tarn::sqlite {
namespace {

Code CodeOf(int sqlite_code) {
  switch (sqlite_code & 0xff) {
    case SQLITE_CONSTRAINT:
      return Code::kConflict;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return Code::kUnavailable;
    case SQLITE_FULL:
      return Code::kResourceExhausted;
    case SQLITE_TOOBIG:
      return Code::kTooLarge;
    default:
      return Code::kInternal;
  }
}

// SQLite would create the file with the process's umask: state may hold secrets. An existing file must not be opened here:
// closing any descriptor of a file drops all POSIX locks that this process holds on it, those of other connections to it
// included, and a process that closes its last connection would then take the write-ahead log away from this one.
void CreatePrivate(const std::filesystem::path& path) {
  const int file = open(path.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
  if (file >= 0) close(file);
}

// Of two processes that make a new database at once, one is told at once that it is busy, whatever the busy timeout:
// the change to WAL needs a lock that the other has while it waits for the same.
void AwaitWal(sqlite3* handle, std::chrono::milliseconds timeout) {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  while ((sqlite3_exec(handle, "PRAGMA journal_mode=WAL", nullptr, nullptr, nullptr) & 0xff) == SQLITE_BUSY &&
         std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

}  // namespace

Statement::Statement(Statement&& other) noexcept
    : database_(other.database_),
      sql_(std::move(other.sql_)),
      handle_(std::exchange(other.handle_, nullptr)),
      bind_error_(other.bind_error_) {}

Statement::~Statement() {
  if (!handle_) return;
  sqlite3_reset(handle_);
  sqlite3_clear_bindings(handle_);
  database_->idle_statements_[sql_].push_back(handle_);
}

Statement& Statement::Bind(int index, int64_t value) {
  bind_error_ |= sqlite3_bind_int64(handle_, index, value);
  return *this;
}

Statement& Statement::Bind(int index, double value) {
  bind_error_ |= sqlite3_bind_double(handle_, index, value);
  return *this;
}

Statement& Statement::Bind(int index, std::string_view text) {
  bind_error_ |= sqlite3_bind_text64(handle_, index, text.data() ? text.data() : "", text.size(),
                                     SQLITE_TRANSIENT, SQLITE_UTF8);
  return *this;
}

Statement& Statement::BindBlob(int index, std::string_view bytes) {
  bind_error_ |=
      sqlite3_bind_blob64(handle_, index, bytes.data() ? bytes.data() : "", bytes.size(), SQLITE_TRANSIENT);
  return *this;
}

Statement& Statement::BindNull(int index) {
  bind_error_ |= sqlite3_bind_null(handle_, index);
  return *this;
}

Result<bool> Statement::Step() {
  if (bind_error_ != SQLITE_OK) return database_->Failure(bind_error_, sql_);
  const int code = sqlite3_step(handle_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return database_->Failure(code, sql_);
}

Status Statement::Run() {
  for (;;) {
    TARN_ASSIGN(const bool row, Step());
    if (!row) return Ok();
  }
}

bool Statement::IsNull(int column) const { return sqlite3_column_type(handle_, column) == SQLITE_NULL; }

int64_t Statement::Integer(int column) const { return sqlite3_column_int64(handle_, column); }

double Statement::Real(int column) const { return sqlite3_column_double(handle_, column); }

std::string Statement::Text(int column) const {
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(handle_, column));
  return bytes ? std::string(bytes, static_cast<size_t>(sqlite3_column_bytes(handle_, column)))
               : std::string();
}

std::optional<std::string> Statement::OptionalText(int column) const {
  if (IsNull(column)) return std::nullopt;
  return Text(column);
}

std::optional<int64_t> Statement::OptionalInteger(int column) const {
  if (IsNull(column)) return std::nullopt;
  return Integer(column);
}

Result<std::unique_ptr<Database>> Database::Open(const std::filesystem::path& path, const Options& options) {
  const bool in_memory = path == ":memory:";
  if (!in_memory && !options.read_only) CreatePrivate(path);
  const int mode = options.read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  sqlite3* handle = nullptr;
  // The connection's own mutex is Lock(), so SQLite's can be left out.
  const int code = sqlite3_open_v2(path.c_str(), &handle, mode | SQLITE_OPEN_NOMUTEX, nullptr);
  std::unique_ptr<Database> database(new Database(handle));
  if (code != SQLITE_OK) {
    log::Failure("cannot open a SQLite file", {{"path", path.string()}, {"reason", sqlite3_errstr(code)}});
    return Error(Code::kUnavailable, "cannot open the database file " + path.filename().string());
  }
  sqlite3_extended_result_codes(handle, 1);
  sqlite3_busy_timeout(handle, static_cast<int>(options.busy_timeout.count()));
  if (!options.read_only && !in_memory) {
    AwaitWal(handle, options.busy_timeout);
    TARN_TRY(database->Execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"));
  }
  TARN_TRY(database->Execute("PRAGMA foreign_keys=ON; PRAGMA trusted_schema=OFF;"));
  return database;
}

Database::~Database() {
  for (auto& [_, handles] : idle_statements_) {
    for (sqlite3_stmt* handle : handles) sqlite3_finalize(handle);
  }
  sqlite3_close(handle_);
}

Error Database::Failure(int code, std::string_view doing) const {
  const Code kind = CodeOf(code);
  if ((code & 0xff) == SQLITE_IOERR) disk_failed_ = true;
  const char* reason = sqlite3_errmsg(handle_);
  const log::Level level = kind == Code::kConflict ? log::Level::kDebug : log::Level::kError;
  log::Write(level, "a database statement failed", {{"reason", reason}, {"sql", doing}});
  switch (kind) {
    case Code::kConflict:
      return Error(kind, "the change violates a constraint of the stored data");
    case Code::kUnavailable:
      return Error(kind, "the database is busy; try again");
    case Code::kResourceExhausted:
      return Error(kind, "the disk is full");
    case Code::kTooLarge:
      return Error(kind, "the value is too large to store");
    default:
      return Error(kind, "the database failed");
  }
}

Result<Statement> Database::Prepare(std::string_view sql) {
  std::string text(sql);
  if (auto found = idle_statements_.find(text); found != idle_statements_.end() && !found->second.empty()) {
    sqlite3_stmt* handle = found->second.back();
    found->second.pop_back();
    return Statement(this, std::move(text), handle);
  }
  sqlite3_stmt* handle = nullptr;
  const int code = sqlite3_prepare_v3(handle_, text.data(), static_cast<int>(text.size()),
                                      SQLITE_PREPARE_PERSISTENT, &handle, nullptr);
  if (code != SQLITE_OK) return Failure(code, text);
  return Statement(this, std::move(text), handle);
}

Status Database::Execute(const std::string& sql) {
  const int code = sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return Failure(code, sql);
  return Ok();
}

Status Database::Transact(const std::function<Status()>& work) {
  const auto lock = Lock();
  TARN_TRY(Execute("BEGIN IMMEDIATE"));
  Status done = work();
  if (done.ok()) done = Execute("COMMIT");
  // Some failures (a full disk) have rolled back by themselves; then there is nothing left to roll back.
  if (!done.ok() && !sqlite3_get_autocommit(handle_)) (void)Execute("ROLLBACK").ok();
  return done;
}

int64_t Database::Changes() const { return sqlite3_changes64(handle_); }

int64_t Database::LastInsertId() const { return sqlite3_last_insert_rowid(handle_); }

Status Database::Migrate(const std::vector<std::string>& migrations) {
  const auto migrate_one = [&]() -> Result<bool> {
    bool more = false;
    TARN_TRY(Transact([&]() -> Status {
      TARN_TRY(Execute("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL)"));
      int64_t version = 0;
      {
        TARN_ASSIGN(auto read, Prepare("SELECT max(version) FROM schema_version"));
        TARN_ASSIGN(const bool row, read.Step());
        if (row) version = read.Integer(0);
      }
      if (version > static_cast<int64_t>(migrations.size())) {
        return Error(Code::kConflict, "the database is of version " + std::to_string(version) +
                                          ", newer than this program knows (" +
                                          std::to_string(migrations.size()) + "); use a newer program");
      }
      if (version == static_cast<int64_t>(migrations.size())) return Ok();
      TARN_TRY(Execute(migrations[static_cast<size_t>(version)]));
      TARN_TRY(Execute("DELETE FROM schema_version"));
      TARN_ASSIGN(auto write, Prepare("INSERT INTO schema_version VALUES (?)"));
      more = true;
      return write.Bind(1, version + 1).Run();
    }));
    return more;
  };
  for (;;) {
    TARN_ASSIGN(const bool more, migrate_one());
    if (!more) return Ok();
  }
}

}  // namespace tarn::sqlite
