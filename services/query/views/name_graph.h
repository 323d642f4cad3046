#pragma once

#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "common/catalog_client/catalog.h"
#include "common/result/result.h"
#include "common/sql_gate/gate.h"
#include "services/query/views/view_query.h"

namespace tarn::query {

/// The tables and views that a statement reads, and which of them reads which.
class NameGraph {
 public:
  struct Node {
    catalog_client::TableName name;  ///< in lower case
    std::vector<table_filter::Filter> filters{};
    std::optional<catalog_client::TableSnapshot> table{};
    std::optional<catalog_client::View> view{};
    std::optional<ViewQuery> query{};     ///< of a view
    std::optional<FormerTable> former{};  ///< of a table at a former version; `name` is its alias then
    bool is_system = false;    ///< a table of `system` or `information_schema`, which the catalog lacks
    std::string first_view{};  ///< "database.view" that names it, empty: the statement does
  };

  NameGraph(sql_gate::Gate& gate, catalog_client::Catalog& catalog) : gate_(gate), catalog_(catalog) {}

  /// Adds a name that is read where `database` is the default. Its filters hold wherever it is read.
  Node& Add(const sql_gate::TableReference& reference, const std::string& database,
            const std::string& in_view, const std::vector<FormerTable>& former);
  /// Says that a name is not cataloged.
  Error Unknown(const Node& node);
  /// Adds a view that the catalog does not have.
  void AddView(const catalog_client::View& view);
  Node& Find(const sql_gate::TableReference& reference, const std::string& database);

  /// Asks the catalog for all names that are not known yet. Errors: those of the catalog.
  Status Resolve(bool without_files, std::stop_token cancelled);
  /// Opens all views, down to the tables. Errors: kUnprocessable.
  Status OpenViews(std::stop_token cancelled);
  /// Asks for the files of all tables, of one moment.
  Status ResolveFiles(std::stop_token cancelled);

  bool HasViews() const;
  /// Every node, each behind those it reads. Errors: kUnprocessable for cycles and more than the bounds.
  Result<std::vector<Node*>> InnerFirst();

 private:
  struct Visit {
    bool open = false;  // on the way from the statement to here
    size_t reads = 0;   // of tables and views, once opened
    size_t depth = 0;
  };
  using Key = std::pair<std::string, std::string>;

  Status Open(Node& node);
  Status Walk(Node& node, std::vector<std::string>& path, std::vector<Node*>& order);

  sql_gate::Gate& gate_;
  catalog_client::Catalog& catalog_;
  std::map<Key, Node> nodes_;
  std::map<const Node*, Visit> visits_;
};

}  // namespace tarn::query
