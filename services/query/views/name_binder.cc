#include "services/query/views/name_binder.h"

#include "common/text/lower_case.h"
#include "services/query/system_tables/reserved_names.h"
#include "services/query/views/name_graph.h"

namespace tarn::query {
namespace {

using Node = NameGraph::Node;

Error AtReference(Error error, const sql_gate::TableReference& reference, const std::string& sql) {
  if (reference.position > sql.size()) return error;
  return std::move(error).At(duckdb::DescribePosition(sql, reference.position));
}

std::vector<duckdb::Column> ColumnsOf(const catalog_client::TableSnapshot& table) {
  std::vector<duckdb::Column> columns;
  for (const auto& column : table.columns) columns.push_back({column.name, column.type});
  return columns;
}

// Makes the nodes' names in one statement's schema.
class Builder {
 public:
  Builder(NameGraph& graph, sql_gate::Gate& gate, SchemaProbe& probe, const SystemTables& system_tables)
      : graph_(graph), gate_(gate), probe_(probe), system_tables_(system_tables) {}

  Status Run(const NamesToBind& names) {
    TARN_ASSIGN(const auto order, graph_.InnerFirst());
    bool probing = names.with_columns;
    for (const Node* node : order) probing |= node->query && node->query->is_athena();
    if (probing) {
      TARN_ASSIGN(session_, probe_.Begin());
    }
    for (Node* node : order)
      TARN_TRY(node->query ? AddView(*node) : node->is_system ? AddSystemTable(*node) : AddTable(*node));
    for (const auto& reference : names.references) AddName(reference, names);
    return Ok();
  }

  BoundNames bound;

 private:
  Status AddTable(Node& node) {
    if (session_) {
      columns_[&node] = ColumnsOf(*node.table);
      TARN_TRY(session_->AddTable(node.name.database, node.name.table, columns_[&node]));
    }
    bound.versions.push_back({node.table->database + '.' + node.table->table, node.table->version});
    bound.tables.push_back({node.name.database, node.name.table, std::move(*node.table)});
    return Ok();
  }

  Status AddSystemTable(Node& node) {
    const auto& [database, table] = node.name;
    auto columns = system_tables_.Columns(database, table);
    if (!columns.ok())
      return Error(Code::kUnprocessable,
                   "the view " + node.first_view + " cannot be read: " + columns.error().message());
    columns_[&node] = std::move(*columns);
    if (session_) TARN_TRY(session_->AddTable(EngineDatabase(database), table, columns_[&node]));
    bound.system.push_back({database, table, std::string::npos});
    return Ok();
  }

  Status AddView(Node& node) {
    BoundView view{node.name.database, node.name.table, ""};
    TableColumns columns;
    bool reads_system = false;
    for (const auto& name : node.query->names()) {
      const Node& inner = graph_.Find(name, node.name.database);
      columns[{name.database, name.table}] = columns_[&inner];
      reads_system |= inner.is_system;
    }
    auto sql = node.query->EngineSql(columns, gate_);
    if (!sql.ok()) return InView(view, sql.error());
    view.sql = reads_system ? WithEngineDatabases(*sql) : std::move(*sql);
    if (session_) {
      TARN_ASSIGN(columns_[&node], session_->AddView(view));
    }
    bound.versions.push_back({node.name.database + '.' + node.name.table, node.view->version});
    bound.views.push_back(std::move(view));
    return Ok();
  }

  // A name that stands alone in the statement is one of its default database; in views it may be another's.
  void AddName(const sql_gate::TableReference& reference, const NamesToBind& names) {
    const Node& node = graph_.Find(reference, names.database);
    if (names.with_columns) bound.columns[{reference.database, reference.table}] = columns_[&node];
    if (!reference.database.empty() || node.name.database == "main") return;
    bound.views.push_back({"", reference.table,
                           "SELECT * FROM " + duckdb::QuoteIdentifier(node.name.database) + '.' +
                               duckdb::QuoteIdentifier(node.name.table)});
  }

  NameGraph& graph_;
  sql_gate::Gate& gate_;
  SchemaProbe& probe_;
  const SystemTables& system_tables_;
  std::unique_ptr<SchemaProbe::Session> session_;
  std::map<const Node*, std::vector<duckdb::Column>> columns_;  // while there is a session
};

// The usual case: every name is a table, bound as it is written.
BoundNames BindTables(NameGraph& graph, const NamesToBind& names) {
  BoundNames bound;
  std::map<const Node*, size_t> left;  // a list of many files is copied only for a table with two names
  for (const auto& reference : names.references) ++left[&graph.Find(reference, names.database)];
  for (const auto& reference : names.references) {
    Node& node = graph.Find(reference, names.database);
    if (names.with_columns) bound.columns[{reference.database, reference.table}] = ColumnsOf(*node.table);
    bound.versions.push_back({node.table->database + '.' + node.table->table, node.table->version});
    auto table = --left[&node] == 0 ? std::move(*node.table) : *node.table;
    bound.tables.push_back({reference.database, reference.table, std::move(table)});
  }
  return bound;
}

}  // namespace

Result<BoundNames> NameBinder::Bind(const NamesToBind& names, std::stop_token cancelled) {
  if (names.references.empty()) return BoundNames();
  NameGraph graph(gate_, catalog_);
  for (const auto& reference : names.references) {
    if (reference.database.empty() && names.database.empty()) {
      return AtReference(Error(Code::kUnprocessable, "name the table's database: database." +
                                                         reference.table + ", or set ?database="),
                         reference, names.sql);
    }
    graph.Add(reference, names.database, "", names.former);
  }
  TARN_TRY(graph.Resolve(names.without_files, cancelled));
  for (const auto& reference : names.references) {
    const Node& node = graph.Find(reference, names.database);
    if (node.table || node.view) continue;
    return AtReference(graph.Unknown(node), reference, names.sql);
  }
  if (!graph.HasViews()) return BindTables(graph, names);
  TARN_TRY(graph.OpenViews(cancelled));
  if (!names.without_files) TARN_TRY(graph.ResolveFiles(cancelled));
  Builder builder(graph, gate_, probe_, system_tables_);
  TARN_TRY(builder.Run(names));
  return std::move(builder.bound);
}

Result<std::vector<duckdb::Column>> NameBinder::CheckView(const catalog_client::View& view, bool elsewhere,
                                                          std::stop_token cancelled) {
  NameGraph graph(gate_, catalog_);
  graph.AddView(view);
  TARN_TRY(graph.OpenViews(cancelled));
  const sql_gate::TableReference reference{view.name.database, view.name.table};
  for (const auto& name : graph.Find(reference, "").query->names()) {
    if (!elsewhere || !name.database.empty()) continue;
    return Error(Code::kUnprocessable, "a view's names are those of its own database, " + view.name.database +
                                           "; write database." + name.table);
  }
  const std::vector<sql_gate::TableReference> references = {reference};
  Builder builder(graph, gate_, probe_, system_tables_);
  TARN_TRY(builder.Run({references, "", view.sql, true, {}}));
  return std::move(builder.bound.columns.begin()->second);
}

}  // namespace tarn::query
