#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "common/catalog_client/catalog.h"
#include "common/object_store/object_store.h"
#include "common/sql_gate/gate.h"
#include "services/query/engine/engine.h"
#include "services/query/statements/statement_runner.h"
#include "tests/support/temp_directory.h"

namespace tarn::query {

/// A catalog that is told its tables.
class FakeCatalog : public catalog_client::Catalog {
 public:
  void Set(catalog_client::TableSnapshot table);
  void SetView(catalog_client::View view);

  Result<std::vector<std::optional<catalog_client::TableSnapshot>>> Resolve(
      const std::vector<catalog_client::TableRequest>& tables, int64_t min_sequence, std::stop_token) override;
  Result<std::vector<catalog_client::ResolvedName>> ResolveNames(
      const std::vector<catalog_client::TableRequest>& names, int64_t min_sequence, std::stop_token) override;
  Result<std::vector<std::string>> ListDatabases() override;
  Result<std::vector<std::string>> ListTables(const std::string& database) override;
  Status Ping() override { return Ok(); }

  /// Called before each Resolve, for tests that change the lake meanwhile.
  std::function<void(int call)> on_resolve;

 private:
  std::mutex mutex_;
  int calls_ = 0;
  std::map<std::string, std::map<std::string, catalog_client::TableSnapshot>> tables_;
  std::map<std::string, catalog_client::View> views_;  // by "database.view"
};

/// A real object store in a temporary directory with tables in it, and the real gate and engine over it.
class TestLake {
 public:
  TestLake();

  /// Puts an object and returns it as a data file of a table that has `columns` in it.
  catalog_client::DataFile PutFile(const std::string& key, const std::string& content, catalog_client::FileFormat format, std::vector<std::string> columns);
  /// Writes the rows of a query as a Parquet object.
  catalog_client::DataFile PutParquet(const std::string& key, const std::string& sql, std::vector<std::string> columns);

  const std::filesystem::path& path() const { return directory_.path(); }
  object_store::ObjectStore& store() { return *store_; }
  FakeCatalog& catalog() { return catalog_; }
  SystemTables& system_tables() { return *system_tables_; }
  Engine& engine() { return *engine_; }
  sql_gate::Gate& gate() { return *gate_; }
  RunnerParts parts() { return parts(*system_tables_); }
  RunnerParts parts(SystemTables& tables) { return {*gate_, catalog_, rest_, probe_, tables, *prepared_, *writer_}; }
  StatementRunner& runner() { return *runner_; }
  WriteJournal& journal() { return *journal_; }
  TableWriter& writer() { return *writer_; }

  /// Runs a statement: "a INTEGER | b VARCHAR" and a JSON array per row, one line each.
  Result<std::string> Run(const std::string& sql, const std::string& database = "", std::vector<duckdb::Parameter> parameters = {},
                          Dialect dialect = Dialect::kDuckDb);

 private:
  TempDirectory directory_;
  std::unique_ptr<object_store::ObjectStore> store_;
  FakeCatalog catalog_;
  std::unique_ptr<sql_gate::Gate> gate_;
  std::unique_ptr<SystemTables> system_tables_;
  catalog_client::CatalogRest rest_{"http://127.0.0.1:1"};  // nobody is there
  SchemaProbe probe_;
  std::unique_ptr<sqlite::Database> database_;
  std::unique_ptr<PreparedStatements> prepared_;
  std::unique_ptr<WriteJournal> journal_;
  std::unique_ptr<RowWriter> rows_;
  std::unique_ptr<TableWriter> writer_;
  std::unique_ptr<Engine> engine_;
  std::unique_ptr<StatementRunner> runner_;
};

/// The tables that the golden tests know: see its source.
void AddGoldenTables(TestLake& lake);

}  // namespace tarn::query
