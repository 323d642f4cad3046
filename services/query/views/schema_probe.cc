#include "services/query/views/schema_probe.h"

#include "services/query/functions/extension_functions.h"

namespace tarn::query {
namespace {

duckdb::InstanceOptions ProbeOptions() {
  duckdb::InstanceOptions options;
  options.memory_limit_bytes = 256 << 20;
  options.threads = 1;
  options.functions = ExtensionFunctions();
  return options;
}

}  // namespace

SchemaProbe::SchemaProbe() : instance_(ProbeOptions()) {}

Result<std::unique_ptr<SchemaProbe::Session>> SchemaProbe::Begin() {
  TARN_ASSIGN(auto session, instance_.Take());
  return std::make_unique<Session>(std::move(session));
}

Status SchemaProbe::Session::AddTable(const std::string& database, const std::string& name,
                                      const std::vector<duckdb::Column>& columns) {
  const std::string schema = duckdb::QuoteIdentifier(database.empty() ? "main" : database);
  std::string list;
  for (const auto& column : columns)
    list += (list.empty() ? "" : ", ") + duckdb::QuoteIdentifier(column.name) + ' ' + column.type;
  return session_->connection().Run("CREATE SCHEMA IF NOT EXISTS " + schema + "; CREATE TABLE " + schema +
                                    '.' + duckdb::QuoteIdentifier(name) + " (" + list + ");");
}

Result<std::vector<duckdb::Column>> SchemaProbe::Session::AddView(const BoundView& view) {
  const auto created = session_->connection().Run(CreateViewSql(view));
  if (!created.ok()) return InView(view, created.error());
  const std::string schema = duckdb::QuoteIdentifier(view.database.empty() ? "main" : view.database);
  return Columns("SELECT * FROM " + schema + '.' + duckdb::QuoteIdentifier(view.name));
}

Result<std::vector<duckdb::Column>> SchemaProbe::Session::Columns(const std::string& sql) {
  TARN_ASSIGN(const auto rows, session_->connection().Execute("SELECT * FROM (" + sql + "\n) LIMIT 0"));
  return rows->columns();
}

}  // namespace tarn::query
