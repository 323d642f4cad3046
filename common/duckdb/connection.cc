#include <functional>
#include <nlohmann/json.hpp>
#include <utility>

#include "common/duckdb/chunk.h"
#include "common/duckdb/database.h"
#include "common/duckdb/engine_error.h"

namespace tarn::duckdb {
namespace {

// A session and the database it keeps open; results hold on to it.
struct Session {
  std::shared_ptr<Database> database;
  ConnectionHandle handle;

  Error Failure(EngineError failure, std::string_view sql) {
    bool fatal = false;
    Error error = Translate(failure, sql, &fatal);
    if (fatal) database->broken = true;
    return error;
  }
};

struct Interrupter {
  duckdb_connection connection;
  void operator()() const { duckdb_interrupt(connection); }
};

// A statement from the moment it is prepared until its last row. `on_stop` interrupts it meanwhile; it is
// armed only once the statement has begun, because the engine forgets interrupts when it begins one.
struct Running {
  std::shared_ptr<Session> session;
  std::string sql;
  std::stop_token cancelled;
  StatementHandle statement;
  PendingHandle pending;
  ResultHandle result;
  std::optional<std::stop_callback<Interrupter>> on_stop;

  // Plans it and runs it up to its first rows; also a second time, which forgets the rows of the first.
  Status Begin() {
    on_stop.reset();
    result.Reset();
    duckdb_pending_result raw = nullptr;
    const auto planned = duckdb_pending_prepared_streaming(statement.get(), &raw);
    pending.reset(raw);
    if (planned != DuckDBSuccess) {
      const char* message = raw ? duckdb_pending_error(raw) : nullptr;
      return session->Failure({DUCKDB_ERROR_INVALID, message ? message : "the statement cannot be planned"},
                              sql);
    }
    on_stop.emplace(cancelled, Interrupter{session->handle.get()});
    if (duckdb_execute_pending(raw, result.get()) == DuckDBSuccess) return Ok();
    const char* message = duckdb_result_error(result.get());
    return session->Failure(
        {duckdb_result_error_type(result.get()), message ? message : "the statement failed"}, sql);
  }

  // The next rows; null after the last.
  Result<ChunkHandle> Fetch() {
    ChunkHandle chunk(duckdb_fetch_chunk(*result));
    const char* message = chunk ? nullptr : duckdb_result_error(result.get());
    if (message) return session->Failure({duckdb_result_error_type(result.get()), message}, sql);
    return {std::move(chunk)};
  }
};

// Runs a statement again, its rows unseen, to its end.
Status Repeat(Running& running) {
  TARN_TRY(running.Begin());
  while (true) {
    TARN_ASSIGN(const ChunkHandle chunk, running.Fetch());
    if (!chunk) return Ok();
  }
}

// What really ended a statement that nobody cancelled. An error in one thread of the engine interrupts the
// others, and whoever fetches rows just then is told of the interruption only: so the statement runs until it
// shows its error.
Error FindFailure(Running& running) {
  constexpr int kTries = 5;  // most errors show at the first
  for (int i = 0; i < kTries; ++i) {
    const Status status = Repeat(running);
    if (status.ok()) break;
    if (status.error().code() != Code::kCancelled || running.cancelled.stop_requested())
      return status.error();
  }
  return Error(Code::kUnavailable,
               "the statement failed on an error that did not show again; run it once more");
}

class EngineResultStream : public ResultStream {
 public:
  EngineResultStream(std::unique_ptr<Running> running, std::shared_ptr<const Schema> schema,
                     int64_t rows_changed)
      : running_(std::move(running)), schema_(std::move(schema)), rows_changed_(rows_changed) {}

  const std::vector<Column>& columns() const override { return schema_->columns; }
  std::shared_ptr<const Schema> schema() const override { return schema_; }
  int64_t rows_changed() const override { return rows_changed_; }

  Result<std::unique_ptr<Chunk>> Next() override {
    while (running_ && !schema_->columns.empty()) {
      auto chunk = running_->Fetch();
      if (!chunk.ok() || !*chunk) {
        const auto finished = std::move(running_);
        if (chunk.ok()) break;
        const bool hidden = chunk.error().code() == Code::kCancelled && !finished->cancelled.stop_requested();
        return hidden ? FindFailure(*finished) : chunk.error();
      }
      if (duckdb_data_chunk_get_size(chunk->get()) > 0) return MakeChunk(schema_, std::move(*chunk));
    }
    return std::unique_ptr<Chunk>();
  }

 private:
  std::unique_ptr<Running> running_;  // null once it has ended
  std::shared_ptr<const Schema> schema_;
  int64_t rows_changed_;
};

Result<std::shared_ptr<const Schema>> ReadSchema(duckdb_result* result) {
  auto schema = std::make_shared<Schema>();
  schema->arrow.reset(duckdb_result_get_arrow_options(result));
  if (duckdb_result_return_type(*result) != DUCKDB_RESULT_TYPE_QUERY_RESULT) return {std::move(schema)};
  for (idx_t i = 0; i < duckdb_column_count(result); ++i) {
    const std::string name = duckdb_column_name(result, i);
    auto type = ReadType(TypeHandle(duckdb_column_logical_type(result, i)));
    if (!type.ok())
      return Error(type.error().code(), "column " + QuoteIdentifier(name) + ": " + type.error().message());
    schema->columns.push_back({name, type->name});
    schema->types.push_back(std::move(*type));
  }
  return {std::move(schema)};
}

struct Binder {
  duckdb_prepared_statement statement;
  idx_t position;  // from 1

  duckdb_state operator()(std::monostate) const { return duckdb_bind_null(statement, position); }
  duckdb_state operator()(bool value) const { return duckdb_bind_boolean(statement, position, value); }
  duckdb_state operator()(int64_t value) const { return duckdb_bind_int64(statement, position, value); }
  duckdb_state operator()(double value) const { return duckdb_bind_double(statement, position, value); }
  duckdb_state operator()(const std::string& text) const {
    return duckdb_bind_varchar_length(statement, position, text.data(), text.size());
  }
};

Status BindAll(duckdb_prepared_statement statement, const std::vector<Parameter>& parameters) {
  const idx_t expected = duckdb_nparams(statement);
  if (expected != parameters.size()) {
    return Error(Code::kUnprocessable, "the statement has " + std::to_string(expected) +
                                           " parameters, got values for " + std::to_string(parameters.size()))
        .At("/parameters");
  }
  for (idx_t i = 0; i < expected; ++i) {
    if (std::visit(Binder{statement, i + 1}, parameters[i]) == DuckDBSuccess) continue;
    return Error(Code::kUnprocessable, "parameter " + std::to_string(i + 1) + " is not UTF-8")
        .At("/parameters/" + std::to_string(i));
  }
  return Ok();
}

class EngineConnection : public Connection {
 public:
  explicit EngineConnection(std::shared_ptr<Session> session) : session_(std::move(session)) {}

  Result<std::unique_ptr<ResultStream>> Execute(const std::string& sql,
                                                const std::vector<std::string>& parameters,
                                                std::stop_token cancelled) override {
    return ExecuteWith(sql, {parameters.begin(), parameters.end()}, std::move(cancelled));
  }

  Result<std::unique_ptr<ResultStream>> ExecuteWith(const std::string& sql,
                                                    const std::vector<Parameter>& parameters,
                                                    std::stop_token cancelled) override {
    TARN_ASSIGN(ExtractedHandle statements, Extract(sql));
    if (statement_count_ != 1) {
      return Error(Code::kUnprocessable, "expected one statement, got " + std::to_string(statement_count_));
    }
    return Start(sql, statements.get(), 0, parameters, cancelled);
  }

  Status Run(const std::string& sql, std::stop_token cancelled) override {
    TARN_ASSIGN(ExtractedHandle statements, Extract(sql));
    for (idx_t i = 0, count = statement_count_; i < count; ++i) {
      TARN_ASSIGN(auto stream, Start(sql, statements.get(), i, {}, cancelled));
      while (true) {
        TARN_ASSIGN(auto chunk, stream->Next());
        if (!chunk) break;
      }
    }
    return Ok();
  }

  Result<nlohmann::json> Rows(const std::string& sql, const std::vector<std::string>& parameters) override {
    TARN_ASSIGN(auto stream, Execute(sql, parameters, {}));
    auto rows = nlohmann::json::array();
    while (true) {
      TARN_ASSIGN(auto chunk, stream->Next());
      if (!chunk) return rows;
      for (size_t row = 0; row < chunk->rows(); ++row) {
        auto object = nlohmann::json::object();
        for (size_t i = 0; i < stream->columns().size(); ++i)
          object[stream->columns()[i].name] = chunk->Json(row, i);
        rows.push_back(std::move(object));
      }
    }
  }

  StreamSources& streams() override { return session_->database->streams; }
  Documents& documents() override { return session_->database->documents; }

  std::optional<double> progress() const override {
    const double percentage = duckdb_query_progress(session_->handle.get()).percentage;
    if (percentage < 0) return std::nullopt;
    return std::min(percentage / 100, 1.0);
  }

 private:
  Result<ExtractedHandle> Extract(const std::string& sql) {
    duckdb_extracted_statements statements = nullptr;
    // A NUL would end the text for the engine, but not for whoever checked it.
    if (sql.find('\0') != std::string::npos)
      return Error(Code::kUnprocessable, "the SQL has a NUL character");
    statement_count_ = duckdb_extract_statements(session_->handle.get(), sql.c_str(), &statements);
    ExtractedHandle owner(statements);
    const char* message = statement_count_ == 0 ? duckdb_extract_statements_error(statements) : nullptr;
    if (message) return session_->Failure({DUCKDB_ERROR_INVALID, message}, sql);
    return owner;
  }

  Result<StatementHandle> Prepare(const std::string& sql, duckdb_extracted_statements statements, idx_t index,
                                  const std::vector<Parameter>& parameters) {
    duckdb_prepared_statement raw = nullptr;
    const auto state = duckdb_prepare_extracted_statement(session_->handle.get(), statements, index, &raw);
    StatementHandle statement(raw);
    if (state != DuckDBSuccess) {
      const char* message = raw ? duckdb_prepare_error(raw) : nullptr;
      return session_->Failure({DUCKDB_ERROR_INVALID, message ? message : "the statement cannot be prepared"},
                               sql);
    }
    TARN_TRY(BindAll(raw, parameters));
    return statement;
  }

  Result<std::unique_ptr<ResultStream>> Start(const std::string& sql, duckdb_extracted_statements statements,
                                              idx_t index, const std::vector<Parameter>& parameters,
                                              const std::stop_token& cancelled) {
    auto running = std::make_unique<Running>();
    running->session = session_;
    running->sql = sql;
    running->cancelled = cancelled;
    TARN_ASSIGN(running->statement, Prepare(sql, statements, index, parameters));
    TARN_TRY(running->Begin());
    TARN_ASSIGN(auto schema, ReadSchema(running->result.get()));
    const auto changed = static_cast<int64_t>(duckdb_rows_changed(running->result.get()));
    return std::unique_ptr<ResultStream>(
        std::make_unique<EngineResultStream>(std::move(running), std::move(schema), changed));
  }

  std::shared_ptr<Session> session_;
  idx_t statement_count_ = 0;  // of the last Extract
};

}  // namespace

Result<std::unique_ptr<Connection>> OpenConnection(std::shared_ptr<Database> database) {
  if (database->broken)
    return Error(Code::kUnavailable, "the SQL engine failed earlier and takes no more work");
  auto session = std::make_shared<Session>();
  const bool counts_progress = database->counts_progress;
  session->database = std::move(database);
  duckdb_connection connection = nullptr;
  if (duckdb_connect(session->database->handle.get(), &connection) != DuckDBSuccess) {
    return Error(Code::kInternal, "the SQL engine cannot open another connection");
  }
  session->handle.reset(connection);
  std::unique_ptr<Connection> opened = std::make_unique<EngineConnection>(std::move(session));
  if (!counts_progress) return opened;
  // The engine counts progress only while its progress bar is on; the bar itself would write to the terminal.
  TARN_TRY(opened->Run("SET enable_progress_bar_print = false; SET enable_progress_bar = true"));
  return opened;
}

}  // namespace tarn::duckdb
