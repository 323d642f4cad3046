#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "common/catalog_client/catalog.h"
#include "common/result/result.h"
#include "common/sql_gate/gate.h"
#include "services/query/dialect/athena_dialect.h"
#include "services/query/engine/engine.h"
#include "services/query/sql/time_travel.h"
#include "services/query/system_tables/system_tables.h"
#include "services/query/views/schema_probe.h"

namespace tarn::query {

/// The version of a table or a view that a statement reads.
struct TableVersion {
  std::string table;  ///< "database.table"
  int64_t version = 0;

  bool operator==(const TableVersion&) const = default;
};

/// What the names of a statement stand for.
struct BoundNames {
  std::vector<table_view::BoundTable> tables;
  std::vector<BoundView> views;  ///< each behind those that it reads
  std::vector<TableVersion> versions;
  /// The tables of `system` and `information_schema` that views read, under the names that
  /// WithEngineDatabases gives.
  std::vector<sql_gate::TableReference> system;
  TableColumns columns;  ///< of the names as the statement writes them, if they were asked for
};

/// The names of a statement that are to be bound.
struct NamesToBind {
  const std::vector<sql_gate::TableReference>& references;
  std::string database;    ///< of names that stand alone
  const std::string& sql;  ///< that the references' positions are in
  bool with_columns = false;
  const std::vector<FormerTable>& former;  ///< the references to former versions
  bool without_files = false;              ///< columns and versions are enough
};

/// Finds what names stand for in the catalog, views opened to the tables below them. A view's names are those
/// of its own database, its SQL is of its own dialect, and it goes through the same gate as any statement.
/// Thread-safe.
class NameBinder {
 public:
  static constexpr size_t kMaxViewDepth = 32;
  static constexpr size_t kMaxViews = 100;
  static constexpr size_t kMaxViewReads = 1'000;  ///< of tables and views, once all views are opened

  NameBinder(sql_gate::Gate& gate, catalog_client::Catalog& catalog, SchemaProbe& probe,
             const SystemTables& system_tables)
      : gate_(gate), catalog_(catalog), probe_(probe), system_tables_(system_tables) {}

  /// Errors: those of the catalog; kUnprocessable with the place of the name for one that is not cataloged
  /// (with names like it), that stands alone where there is no database, and for a view that cannot be opened
  /// (its name is in the message): its SQL, a cycle, more than the bounds above.
  Result<BoundNames> Bind(const NamesToBind& names, std::stop_token cancelled);

  /// Opens a view that is not in the catalog yet and returns its columns. `elsewhere`: its names must have
  /// their databases, since the default of the statement that makes it is another one than the view's.
  /// Errors: as Bind.
  Result<std::vector<duckdb::Column>> CheckView(const catalog_client::View& view, bool elsewhere,
                                                std::stop_token cancelled);

 private:
  sql_gate::Gate& gate_;
  catalog_client::Catalog& catalog_;
  SchemaProbe& probe_;
  const SystemTables& system_tables_;
};

}  // namespace tarn::query
