#include "services/query/views/name_graph.h"

#include <algorithm>

#include "common/catalog_client/unknown_table.h"
#include "common/text/lower_case.h"
#include "services/query/system_tables/reserved_names.h"
#include "services/query/views/name_binder.h"

namespace tarn::query {
namespace {

std::string Shown(const catalog_client::TableName& name) { return name.database + '.' + name.table; }

Error AboutView(const std::string& view, const std::string& message) {
  return Error(Code::kUnprocessable, "the view " + view + " cannot be read: " + message);
}

// The place is one in the view's SQL, so it stands in the message.
Error AboutView(const std::string& view, const Error& error) {
  if (error.code() != Code::kUnprocessable && error.code() != Code::kTooLarge) return error;
  return AboutView(view, error.message() + (error.where().empty() ? "" : " (" + error.where() + ")"));
}

Error TooMany(const std::string& what) {
  return Error(Code::kUnprocessable,
               "the statement opens too many views: over " + what + "; make a table of one of them");
}

}  // namespace

NameGraph::Node& NameGraph::Find(const sql_gate::TableReference& reference, const std::string& database) {
  const std::string& written = reference.database.empty() ? database : reference.database;
  return nodes_.at({text::LowerCase(written), text::LowerCase(reference.table)});
}

NameGraph::Node& NameGraph::Add(const sql_gate::TableReference& reference, const std::string& database,
                                const std::string& in_view, const std::vector<FormerTable>& former) {
  const std::string& written = reference.database.empty() ? database : reference.database;
  Key key(text::LowerCase(written), text::LowerCase(reference.table));
  const auto [found, added] = nodes_.try_emplace(key);
  Node& node = found->second;
  if (added) {
    node.name = {key.first, key.second};
    node.filters = reference.filters;
    node.first_view = in_view;
    node.is_system = IsReservedDatabase(key.first);
    for (const auto& table : former) {
      if (table.alias == key.second) node.former = table;
    }
    return node;
  }
  std::erase_if(node.filters, [&](const table_filter::Filter& filter) {
    return std::find(reference.filters.begin(), reference.filters.end(), filter) == reference.filters.end();
  });
  return node;
}

void NameGraph::AddView(const catalog_client::View& view) {
  Node& node = nodes_[{view.name.database, view.name.table}];
  node.name = view.name;
  node.view = view;
}

Error NameGraph::Unknown(const Node& node) {
  std::string unknown;
  if (node.former)
    unknown = "there is no table " + node.former->name + " in database " + node.name.database +
              ", or no such version of it";
  else
    unknown = catalog_client::DescribeUnknownTable(catalog_, node.name);
  return node.first_view.empty() ? Error(Code::kUnprocessable, unknown) : AboutView(node.first_view, unknown);
}

Status NameGraph::Resolve(bool without_files, std::stop_token cancelled) {
  std::vector<catalog_client::TableRequest> wanted;
  std::vector<Node*> nodes;
  for (auto& [key, node] : nodes_) {
    if (node.table || node.view || node.is_system) continue;
    catalog_client::TableRequest& request = wanted.emplace_back();
    request.name = node.name;
    request.filters = node.filters;
    if (node.former) {
      request.name.table = node.former->name;
      request.version = node.former->version;
      request.as_of = node.former->as_of;
    }
    request.without_files = without_files;
    nodes.push_back(&node);
  }
  if (wanted.empty()) return Ok();
  TARN_ASSIGN(auto resolved, catalog_.ResolveNames(wanted, 0, cancelled));
  for (size_t i = 0; i < nodes.size(); ++i) {
    nodes[i]->table = std::move(resolved[i].table);
    if (!nodes[i]->table && !nodes[i]->former) nodes[i]->view = std::move(resolved[i].view);
    // What the statement itself names is for its caller, who knows where it stands.
    if (!nodes[i]->table && !nodes[i]->view && !nodes[i]->first_view.empty()) return Unknown(*nodes[i]);
  }
  return Ok();
}

Status NameGraph::Open(Node& node) {
  const std::string shown = Shown(node.name);
  const auto dialect = ParseDialect(node.view->dialect);
  if (!dialect) return AboutView(shown, "its dialect is unknown: " + node.view->dialect);
  auto query = ViewQuery::Read(node.view->sql, *dialect, gate_);
  if (!query.ok()) return AboutView(shown, query.error());
  for (const auto& reference : query->names()) Add(reference, node.name.database, shown, query->former());
  node.query = std::move(*query);
  return Ok();
}

Status NameGraph::OpenViews(std::stop_token cancelled) {
  size_t opened = 0, bytes = 0;
  for (size_t round = 0;; ++round) {
    std::vector<Node*> closed;
    for (auto& [key, node] : nodes_) {
      if (node.view && !node.query) closed.push_back(&node);
    }
    if (closed.empty()) return Ok();
    if (round == NameBinder::kMaxViewDepth)
      return TooMany(std::to_string(NameBinder::kMaxViewDepth) + " inside of one another");
    for (Node* node : closed) {
      bytes += node->view->sql.size();
      if (++opened > NameBinder::kMaxViews) return TooMany(std::to_string(NameBinder::kMaxViews));
      if (bytes > sql_gate::kMaxSqlBytes) return TooMany("1 MiB of SQL");
      TARN_TRY(Open(*node));
    }
    TARN_TRY(Resolve(true, cancelled));
  }
}

Status NameGraph::ResolveFiles(std::stop_token cancelled) {
  for (auto& [key, node] : nodes_) node.table.reset();
  TARN_TRY(Resolve(false, cancelled));
  for (auto& [key, node] : nodes_) {
    if (node.table || node.query || node.is_system) continue;
    return Error(Code::kUnavailable,
                 "a table was replaced while the statement began; try again: " + Shown(node.name));
  }
  return Ok();
}

bool NameGraph::HasViews() const {
  return std::any_of(nodes_.begin(), nodes_.end(), [](const auto& entry) { return entry.second.view; });
}

Status NameGraph::Walk(Node& node, std::vector<std::string>& path, std::vector<Node*>& order) {
  Visit& visit = visits_[&node];
  path.push_back(Shown(node.name));
  if (visit.open) {
    std::string circle;
    for (const auto& name : path) circle += (circle.empty() ? "" : " -> ") + name;
    return AboutView(path.back(), "it reads itself: " + circle);
  }
  if (visit.reads == 0) {
    visit.open = true;
    visit.reads = 1;
    for (const auto& reference : node.query ? node.query->names() : std::vector<sql_gate::TableReference>()) {
      Node& inner = Find(reference, node.name.database);
      TARN_TRY(Walk(inner, path, order));
      visit.reads += reference.uses * visits_[&inner].reads;
      visit.depth = std::max(visit.depth, visits_[&inner].depth + 1);
      if (visit.reads > NameBinder::kMaxViewReads)
        return TooMany(std::to_string(NameBinder::kMaxViewReads) + " tables and views in all");
      if (visit.depth > NameBinder::kMaxViewDepth)
        return TooMany(std::to_string(NameBinder::kMaxViewDepth) + " inside of one another");
    }
    visit.open = false;
    order.push_back(&node);
  }
  path.pop_back();
  return Ok();
}

Result<std::vector<NameGraph::Node*>> NameGraph::InnerFirst() {
  std::vector<Node*> order;
  std::vector<std::string> path;
  for (auto& [key, node] : nodes_) TARN_TRY(Walk(node, path, order));
  return order;
}

}  // namespace tarn::query
