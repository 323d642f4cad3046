#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "common/duckdb/engine.h"
#include "common/result/result.h"
#include "common/table_view/table_view.h"
#include "services/query/engine/row_table.h"

namespace tarn::query {

/// A view under the name that SQL uses.
struct BoundView {
  std::string database;  ///< empty: the name stands alone
  std::string name;
  std::string sql;  ///< a query that the gate let through; names in it that stand alone are of `database`
};

/// A statement that the gate let through, and the tables and views it reads.
struct EngineStatement {
  std::string sql;
  std::vector<duckdb::Parameter> parameters;
  std::vector<table_view::BoundTable> tables;
  std::vector<BoundView> views{};  ///< each behind those that it reads
  std::vector<RowTable> row_tables{};
  bool counts_progress = false;  ///< whether Execution::progress() tells something
};

/// Renders the SQL that makes a view under its name.
std::string CreateViewSql(const BoundView& view);
/// The error of a view that cannot be made, in which its name stands: a position in the view's SQL would
/// mislead in the statement's. Errors of other kinds than kUnprocessable stay.
Error InView(const BoundView& view, const Error& error);

/// A statement at work: its rows. One thread at a time, but progress() from any. Ends its work when it is
/// destroyed. Errors of Next(): as Engine::Start.
class Execution : public duckdb::ResultStream {
 public:
  /// 0..1, or nothing while it is unknown.
  virtual std::optional<double> progress() const = 0;
};

/// Runs statements over the objects of tables. The embedded one runs them in this process; another may hand
/// the same SQL and snapshots to a cluster. Thread-safe.
class Engine {
 public:
  virtual ~Engine() = default;

  /// Binds the tables and starts the statement; stops it when `cancelled` is requested.
  /// Errors: kPreconditionFailed when an object of a snapshot is gone or replaced: resolve the tables again
  /// and start again; kUnprocessable for SQL that does not bind or fails on the data, and for a file that
  /// breaks the engine; kResourceExhausted, kCancelled, kUnavailable, kInternal.
  virtual Result<std::unique_ptr<Execution>> Start(EngineStatement statement, std::stop_token cancelled) = 0;
};

}  // namespace tarn::query
