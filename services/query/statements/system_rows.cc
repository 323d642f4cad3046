#include <algorithm>

#include "common/text/lower_case.h"
#include "services/query/statements/statement_runner.h"
#include "services/query/system_tables/reserved_names.h"

namespace tarn::query {
namespace {

using sql_gate::TableReference;

Error AtReference(const Error& error, const sql_gate::TableReference& reference, const std::string& sql) {
  if (reference.position > sql.size()) return error;
  return Error(error).At(duckdb::DescribePosition(sql, reference.position));
}

bool IsSame(const TableReference& a, const TableReference& b) {
  return text::LowerCase(a.database) == text::LowerCase(b.database) &&
         text::LowerCase(a.table) == text::LowerCase(b.table);
}

// Each once. What is read in several places is read whole: each of them has filters of its own.
std::vector<TableReference> Merged(const std::vector<TableReference>& named,
                                   const std::vector<TableReference>& in_views) {
  std::vector<TableReference> merged;
  for (const auto* list : {&named, &in_views}) {
    for (const auto& reference : *list) {
      const auto same = std::find_if(merged.begin(), merged.end(),
                                     [&](const TableReference& other) { return IsSame(other, reference); });
      if (same == merged.end())
        merged.push_back(reference);
      else
        same->filters.clear();
    }
  }
  return merged;
}

}  // namespace

Status StatementRunner::ReadSystemTables(const std::vector<TableReference>& named, const Query& query,
                                         BoundNames& names, EngineStatement& statement,
                                         std::stop_token cancelled) {
  for (const auto& reference : Merged(named, names.system)) {
    const std::string& database = reference.database.empty() ? query.request.database : reference.database;
    auto rows = parts_.system_tables.Read(database, reference, cancelled);
    if (!rows.ok()) return AtReference(rows.error(), reference, query.request.sql);
    statement.row_tables.push_back(std::move(*rows));
  }
  for (const auto& reference : named) {
    const std::string& database = reference.database.empty() ? query.request.database : reference.database;
    TARN_ASSIGN(names.columns[std::pair(reference.database, reference.table)],
                parts_.system_tables.Columns(database, reference.table));
  }
  return Ok();
}

}  // namespace tarn::query
