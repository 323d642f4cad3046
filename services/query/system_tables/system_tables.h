#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "common/object_store/object_store.h"
#include "common/result/result.h"
#include "common/sql_gate/gate.h"
#include "services/query/engine/row_table.h"
#include "services/query/system_tables/service_client.h"
#include "services/query/system_tables/system_table.h"

namespace tarn::query {

/// The tables of `information_schema` and `system`: what the catalog knows, and the state of the services, as
/// SQL. Thread-safe.
class SystemTables {
 public:
  struct Urls {
    std::string extract, transform, catalog;
  };
  /// `own` are tables of this service itself. The store must outlive it.
  SystemTables(const Urls& urls, object_store::ObjectStore& store, std::vector<SystemTable> own);
  SystemTables(const SystemTables&) = delete;

  /// The rows that the reference's filters may want, under the name that WithEngineDatabases gives the table
  /// (alone where the statement writes it alone). `database` is one of IsReservedDatabase. Errors:
  /// kUnprocessable for a table that there is not, with names like it; those of SystemTable::read.
  Result<RowTable> Read(const std::string& database, const sql_gate::TableReference& reference,
                        std::stop_token cancelled);

  /// Errors: kUnprocessable as above.
  Result<std::vector<duckdb::Column>> Columns(const std::string& database, const std::string& table) const;

  /// By name. `database` as above.
  std::vector<std::string> Names(const std::string& database) const;

 private:
  Result<const SystemTable*> Find(const std::string& database, const std::string& table) const;

  ServiceClient extract_, transform_, catalog_;
  std::vector<SystemTable> tables_;
};

}  // namespace tarn::query
