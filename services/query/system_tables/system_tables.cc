#include "services/query/system_tables/system_tables.h"

#include <algorithm>

#include "common/text/lower_case.h"
#include "services/query/system_tables/information_schema.h"
#include "services/query/system_tables/reserved_names.h"
#include "services/query/system_tables/state_tables.h"

namespace tarn::query {

SystemTables::SystemTables(const Urls& urls, object_store::ObjectStore& store, std::vector<SystemTable> own)
    : extract_("tarn-extract", urls.extract),
      transform_("tarn-transform", urls.transform),
      catalog_("tarn-catalog", urls.catalog),
      tables_(std::move(own)) {
  for (auto& table :
       {RunsTable(extract_, transform_), ObjectsTable(store), EventsTable(store), QualityTable(transform_),
        SchemataTable(catalog_), TablesTable(catalog_), ColumnsTable(catalog_), ViewsTable(catalog_)}) {
    tables_.push_back(table);
  }
}

std::vector<std::string> SystemTables::Names(const std::string& database) const {
  std::vector<std::string> names;
  for (const auto& table : tables_) {
    if (text::LowerCase(database) == table.database) names.emplace_back(table.name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

Result<const SystemTable*> SystemTables::Find(const std::string& database, const std::string& table) const {
  const std::string schema = text::LowerCase(database), name = text::LowerCase(table);
  for (const auto& known : tables_) {
    if (schema == known.database && name == known.name) return &known;
  }
  std::string message = "there is no table " + table + " in " + schema + "; there are: ";
  const auto names = Names(database);
  for (size_t i = 0; i < names.size(); ++i) message += (i == 0 ? "" : ", ") + names[i];
  return Error(Code::kUnprocessable, message);
}

Result<std::vector<duckdb::Column>> SystemTables::Columns(const std::string& database,
                                                          const std::string& table) const {
  TARN_ASSIGN(const SystemTable* found, Find(database, table));
  std::vector<duckdb::Column> columns;
  for (const auto& column : found->columns) columns.push_back({column.name, column.type});
  return columns;
}

Result<RowTable> SystemTables::Read(const std::string& database, const sql_gate::TableReference& reference,
                                    std::stop_token cancelled) {
  TARN_ASSIGN(const SystemTable* table, Find(database, reference.table));
  RowTable rows;
  rows.database = reference.database.empty() ? "" : EngineDatabase(reference.database);
  rows.written_database = reference.database;
  rows.name = reference.table;
  TARN_ASSIGN(rows.columns, Columns(database, reference.table));
  RowSink sink(std::string(table->database) + '.' + table->name, table->columns, table->narrow_by);
  TARN_TRY(table->read({reference.filters, cancelled}, sink));
  rows.rows = sink.TakeRows();
  return rows;
}

}  // namespace tarn::query
