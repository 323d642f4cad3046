#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/duckdb/arrow.h"
#include "common/duckdb/scalar_function.h"
#include "common/result/result.h"

namespace tarn::duckdb {

/// What a database instance may use and reach. After Open() nothing of it can be changed by SQL.
struct InstanceOptions {
  uint64_t memory_limit_bytes = 1ull << 30;
  int64_t threads = 2;
  std::filesystem::path temp_directory;  ///< where it may spill; empty: no spilling
  uint64_t max_temp_bytes = 4ull << 30;
  /// Whether rows keep the order of their source where a statement asks for none. Without, more of a statement runs at
  /// the same time, and with less memory.
  bool keep_order = true;
  /// The only directories that SQL can read and write; empty: no file at all.
  std::vector<std::filesystem::path> allowed_directories;
  std::vector<std::filesystem::path> allowed_paths;
  /// Functions of our own that SQL can call; they outlive the instance.
  std::span<const ScalarFunction> functions;
  bool writes_streams = false;   ///< WriteParquet may be called with it
  bool reads_documents = false;  ///< SQL may call tarn_documents; see documents.h
  /// Whether Connection::progress() tells something. To count costs up to a tenth of what statements take.
  bool counts_progress = true;
};

/// The type of a column as SQL text ("BIGINT", "DECIMAL(18,3)", "STRUCT(a INTEGER)[]").
struct Column {
  std::string name;
  std::string type;
};

class Documents;
class StreamSources;

/// The columns and their types as this module knows them; see chunk.h.
struct Schema;

/// The value of a parameter ($1): NULL, or of type BOOLEAN, BIGINT, DOUBLE or VARCHAR. The engine casts a text to what the
/// statement wants in its place, a date for one.
using Parameter = std::variant<std::monostate, bool, int64_t, double, std::string>;

/// A batch of rows. Valid as long as it lives, on any thread.
class Chunk {
 public:
  virtual ~Chunk() = default;
  virtual size_t rows() const = 0;
  virtual bool IsNull(size_t row, size_t column) const = 0;
  /// The value as JSON without loss: BIGINT and smaller as numbers, HUGEINT, UHUGEINT, UBIGINT over 2^63 and
  /// DECIMAL as strings, FLOAT and DOUBLE as numbers with NaN and infinities as the strings "NaN", "Infinity",
  /// "-Infinity", DATE "2026-02-03", TIME, TIMESTAMP "2026-02-03 04:05:06.789", TIMESTAMPTZ with offset, BLOB as
  /// base64, UUID, INTERVAL and ENUM as strings, LIST and ARRAY as arrays, STRUCT and MAP as objects (MAP: an
  /// array of {"key","value"}).
  virtual nlohmann::json Json(size_t row, size_t column) const = 0;
  /// The value as DuckDB's own cast to VARCHAR shows it (nested values included).
  virtual std::string Text(size_t row, size_t column) const = 0;
  /// The chunk as an Arrow array of structs, one member per column, of the schema that ExportArrowSchema gives. While
  /// the stream lives that the chunk came from. Errors: kUnprocessable for a type that has none, texts over 2 GiB.
  virtual Result<ArrowArrayOwner> ToArrow() const = 0;
  /// The engine's handle (a duckdb_data_chunk), for this module.
  virtual void* native() const = 0;
};

/// The rows of a statement, fetched as they are computed. One thread at a time.
class ResultStream {
 public:
  virtual ~ResultStream() = default;
  virtual const std::vector<Column>& columns() const = 0;
  /// The same for this module's own use.
  virtual std::shared_ptr<const Schema> schema() const = 0;
  /// Rows changed, for statements without a result.
  virtual int64_t rows_changed() const = 0;
  /// The next batch, null at the end. Errors as Connection::Execute.
  virtual Result<std::unique_ptr<Chunk>> Next() = 0;
};

/// One session of an instance. One thread at a time, but progress() from any thread.
class Connection {
 public:
  virtual ~Connection() = default;

  /// Runs one statement with positional parameters and streams its rows. Stops when `cancelled` is requested.
  /// Errors: kUnprocessable for SQL that is wrong or fails on the data (the engine's message, where() =
  /// "line L, column C" when it tells), kCancelled, kResourceExhausted (memory, temp space), kInternal when the
  /// engine itself failed on this statement: the instance is broken then and must be replaced; kUnavailable when another
  /// statement broke it; kPermissionDenied for what the instance's options do not allow.
  virtual Result<std::unique_ptr<ResultStream>> Execute(const std::string& sql, const std::vector<std::string>& parameters = {},
                                                        std::stop_token cancelled = {}) = 0;
  /// The same with parameters of more types than text. kUnprocessable has where() = "/parameters" or
  /// "/parameters/N" if it is about them.
  virtual Result<std::unique_ptr<ResultStream>> ExecuteWith(const std::string& sql, const std::vector<Parameter>& parameters,
                                                            std::stop_token cancelled) = 0;
  /// Runs one or more statements, drops their rows.
  virtual Status Run(const std::string& sql, std::stop_token cancelled = {}) = 0;
  /// Runs a query and returns its rows as an array of objects; for small results only.
  virtual Result<nlohmann::json> Rows(const std::string& sql, const std::vector<std::string>& parameters = {}) = 0;

  /// For WriteParquet.
  virtual StreamSources& streams() = 0;
  /// What tarn_documents can name, with InstanceOptions::reads_documents.
  virtual Documents& documents() = 0;
  /// 0..1, or nothing while it is unknown.
  virtual std::optional<double> progress() const = 0;
};

/// An in-memory DuckDB. External access, extension loading and configuration changes are off except for what
/// the options allow. Thread-safe.
class Instance {
 public:
  virtual ~Instance() = default;
  /// Takes about 15 ms. Errors: kInternal, kInvalidArgument for options it cannot take.
  static Result<std::unique_ptr<Instance>> Open(const InstanceOptions& options);
  /// Opens a database file instead (the warehouse). The file is created if it is missing.
  static Result<std::unique_ptr<Instance>> OpenFile(const std::filesystem::path& file, const InstanceOptions& options);

  virtual Result<std::unique_ptr<Connection>> Connect() = 0;
  /// True once a fatal error made it refuse work.
  virtual bool broken() const = 0;
};

/// Quotes text as an SQL string literal: 'it''s'.
std::string QuoteLiteral(std::string_view text);
/// Quotes a name as an SQL identifier: "a ""b""".
std::string QuoteIdentifier(std::string_view name);
/// Quotes a name only if it cannot stand without, as the engine does in the names of types: a, Ab, "select", "a b".
std::string QuoteIdentifierIfNeeded(std::string_view name);
/// Renders a byte offset in `sql` as "line L, column C", both from 1, columns in characters.
std::string DescribePosition(std::string_view sql, size_t offset);
/// Renders an SQL list of string literals: ['a', 'b'].
std::string QuoteLiteralList(const std::vector<std::string>& texts);

}  // namespace tarn::duckdb
