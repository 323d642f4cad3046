#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "common/catalog_client/catalog.h"
#include "common/result/result.h"
#include "common/sql_gate/gate.h"
#include "services/query/engine/engine.h"
#include "services/query/statements/statement_request.h"
#include "services/query/system_tables/system_tables.h"

namespace tarn::query {

/// The version of a table that a statement reads.
struct TableVersion {
  std::string table;  ///< "database.table"
  int64_t version = 0;
};

/// What a statement reads of what its tables have.
struct FileCounts {
  int64_t files = 0, files_total = 0;
  int64_t partitions = 0, partitions_total = 0;  ///< 0 for tables without partitions
};

/// A statement at work.
struct StartedStatement {
  std::unique_ptr<Execution> execution;
  std::vector<TableVersion> snapshot;
  uint64_t bytes_scanned = 0;  ///< the sizes of the objects it reads: an upper bound
  FileCounts counts;
};

/// Takes a statement from text to rows: gate, catalog, engine. Thread-safe.
class StatementRunner {
 public:
  StatementRunner(sql_gate::Gate& gate, catalog_client::Catalog& catalog, SystemTables& system_tables, Engine& engine)
      : gate_(gate), catalog_(catalog), system_tables_(system_tables), engine_(engine) {}

  /// Whether the gate lets it through; the tables are not looked at. Errors: as Gate::Check.
  Status Check(const StatementRequest& request);

  /// Errors: those of Gate::Check, Catalog::Resolve and Engine::Start; kUnprocessable for tables that are not
  /// cataloged, with names like theirs; kResourceExhausted for one that reads more than max_scan_bytes; kUnavailable when the tables change too fast to be pinned.
  Result<StartedStatement> Start(const StatementRequest& request, std::stop_token cancelled);

 private:
  Result<StartedStatement> StartDuckDb(const StatementRequest& request, std::stop_token cancelled);
  Result<StartedStatement> StartAthena(const StatementRequest& request, std::stop_token cancelled);
  Result<StartedStatement> StartShow(const sql_gate::ShowCommand& show, const StatementRequest& request,
                                     std::stop_token cancelled);
  /// Binds the tables that `write` makes a statement for, and starts it; again if their files are replaced meanwhile.
  using WriteStatement = std::function<Status(EngineStatement&)>;
  Result<StartedStatement> StartBound(const std::vector<sql_gate::TableReference>& references,
                                      const StatementRequest& request, const WriteStatement& write,
                                      std::stop_token cancelled);
  Status BindAll(const std::vector<sql_gate::TableReference>& references, const StatementRequest& request,
                 EngineStatement& statement, std::stop_token cancelled);
  Result<std::vector<table_view::BoundTable>> Bind(const std::vector<sql_gate::TableReference>& references,
                                                   const StatementRequest& request, std::stop_token cancelled);

  sql_gate::Gate& gate_;
  catalog_client::Catalog& catalog_;
  SystemTables& system_tables_;
  Engine& engine_;
};

}  // namespace tarn::query
