#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "common/catalog_client/catalog.h"
#include "common/catalog_client/catalog_rest.h"
#include "common/result/result.h"
#include "common/sql_gate/gate.h"
#include "services/query/ddl/catalog_commands.h"
#include "services/query/engine/engine.h"
#include "services/query/prepared/prepared_statements.h"
#include "services/query/sql/effect.h"
#include "services/query/sql/time_travel.h"
#include "services/query/statements/statement_request.h"
#include "services/query/system_tables/system_tables.h"
#include "services/query/views/name_binder.h"
#include "services/query/workgroups/workgroup_definition.h"
#include "services/query/writes/table_writer.h"

namespace tarn::query {

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
  bool is_final = false;  ///< what it changes is changed: it cannot be stopped any more
};

/// What the statements of all workgroups have together.
struct RunnerParts {
  sql_gate::Gate& gate;
  catalog_client::Catalog& catalog;
  catalog_client::CatalogRest& rest;  ///< of the same catalog
  SchemaProbe& probe;
  SystemTables& system_tables;
  PreparedStatements& prepared;
  TableWriter& writer;
};

/// Takes a statement from text to rows: gate, catalog, engine. Thread-safe.
class StatementRunner {
 public:
  StatementRunner(const RunnerParts& parts, Engine& engine)
      : parts_(parts),
        binder_(parts.gate, parts.catalog, parts.probe, parts.system_tables),
        engine_(engine) {}

  /// Whether the gate lets it through; the tables are not looked at. Errors: as Gate::Check.
  Status Check(const StatementRequest& request);

  /// What the statement does, EXECUTE what the prepared one does. kNone for what cannot be read.
  Effect EffectOf(const StatementRequest& request);

  /// Errors: those of Gate::Check, NameBinder::Bind, CatalogCommands and Engine::Start; kUnprocessable for
  /// one that does more than it may (StatementRequest::only_reads); kResourceExhausted for one that reads
  /// more than max_scan_bytes; kUnavailable when the tables change too fast to be pinned.
  Result<StartedStatement> Start(const StatementRequest& request, std::stop_token cancelled);

 private:
  // statement_runner.cc
  Status CheckQuery(const StatementRequest& request);
  /// `prefix` stands before the query that the engine gets.
  Result<StartedStatement> StartQuery(const StatementRequest& request, const std::string& prefix,
                                      std::stop_token cancelled);
  /// The query that `Query::request` has, without the former versions that it reads.
  struct Query {
    StatementRequest request;
    std::string prefix;
    std::vector<FormerTable> former;
  };
  Result<StartedStatement> StartDuckDb(const Query& query, std::stop_token cancelled);
  Result<StartedStatement> StartAthena(const Query& query, std::stop_token cancelled);
  /// Binds the tables that `write` makes a statement for, and starts it; again if their files are replaced meanwhile.
  using WriteStatement =
      std::function<Status(EngineStatement&, const BoundNames&, std::vector<sql_gate::TableReference>& filtered)>;
  // system_rows.cc
  /// Reads the tables that are no catalog's into the statement: those that it names and those that its views
  /// do.
  Status ReadSystemTables(const std::vector<sql_gate::TableReference>& named, const Query& query,
                          BoundNames& names, EngineStatement& statement, std::stop_token cancelled);
  Result<BoundNames> BindAndWrite(const std::vector<sql_gate::TableReference>& references, const Query& query,
                                  const WriteStatement& write, EngineStatement& statement, std::stop_token cancelled);
  Result<StartedStatement> StartOnce(Result<BoundNames> names, EngineStatement& statement, const Query& query,
                                     std::stop_token cancelled);
  Result<StartedStatement> StartBound(const std::vector<sql_gate::TableReference>& references,
                                      const Query& query, const WriteStatement& write,
                                      std::stop_token cancelled);

  // command_runner.cc
  Result<StartedStatement> StartCommand(const Command& command, const StatementRequest& request,
                                        std::stop_token cancelled);
  Result<StartedStatement> StartAnalyze(const StatementRequest& inner, std::stop_token cancelled);
  Result<StartedStatement> StartListing(const Listing& listing, std::stop_token cancelled);
  Status CheckCommand(const Command& command, const StatementRequest& request);

  // write_runner.cc
  Result<StartedStatement> StartWrite(const CreateTableAsStatement& create, const StatementRequest& request,
                                      std::stop_token cancelled);
  Result<StartedStatement> StartWrite(const InsertStatement& insert, const StatementRequest& request,
                                      std::stop_token cancelled);
  Result<StartedStatement> StartWrite(const UnloadStatement& unload, const StatementRequest& request,
                                      std::stop_token cancelled);
  /// What an earlier run of the same statement wrote.
  Result<std::optional<int64_t>> FindDone(const StatementRequest& request, std::stop_token cancelled);
  Result<StartedStatement> Written(StartedStatement started, int64_t rows);
  CatalogCommands Commands(const StatementRequest& request, std::stop_token cancelled);
  Result<ObjectName> FullName(const ObjectName& name, const StatementRequest& request);

  // prepared_runner.cc
  Result<StartedStatement> StartPrepared(const PrepareStatement& prepare, const StatementRequest& request,
                                         std::stop_token cancelled);
  Result<StartedStatement> StartPrepared(const ExecuteStatement& execute, const StatementRequest& request,
                                         std::stop_token cancelled);
  Result<StartedStatement> StartPrepared(const DeallocateStatement& deallocate, const StatementRequest& request,
                                         std::stop_token cancelled);
  Result<PreparedStatements::Prepared> FindPrepared(const ExecuteStatement& execute,
                                                    const StatementRequest& request);
  Status CheckPrepared(const StatementRequest& inner);

  const RunnerParts parts_;
  NameBinder binder_;
  Engine& engine_;
};

}  // namespace tarn::query
