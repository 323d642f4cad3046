#include "services/catalog/tables/new_table_check.h"

namespace tarn::catalog {
namespace {

Result<bool> Has(sqlite::Database& database, const char* sql, const TableName& name) {
  TARN_ASSIGN(auto select, database.Prepare(sql));
  return select.Bind(1, name.database).Bind(2, name.table).Step();
}

}  // namespace

Result<std::string> WhyNoNewTable(sqlite::Database& database, const TableName& name,
                                  const CommitContext& context) {
  const std::string dotted = name.database + "." + name.table;
  TARN_ASSIGN(const bool is_view, Has(database, "SELECT 1 FROM views WHERE database = ? AND name = ?", name));
  if (is_view) return "there is a view of the name " + dotted;
  if (!context.asked) {
    TARN_ASSIGN(const bool dropped,
                Has(database, "SELECT 1 FROM dropped_tables WHERE database = ? AND name = ?", name));
    return dropped ? "the table " + dotted + " was dropped; a crawl that someone asks for brings it back"
                   : "";
  }
  TARN_ASSIGN(auto forget, database.Prepare("DELETE FROM dropped_tables WHERE database = ? AND name = ?"));
  TARN_TRY(forget.Bind(1, name.database).Bind(2, name.table).Run());
  return std::string();
}

}  // namespace tarn::catalog
