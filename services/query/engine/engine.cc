#include "services/query/engine/engine.h"

namespace tarn::query {

// The SQL ends before the semicolon, whatever comment it ends with.
std::string CreateViewSql(const BoundView& view) {
  const std::string schema = duckdb::QuoteIdentifier(view.database.empty() ? "main" : view.database);
  return "CREATE SCHEMA IF NOT EXISTS " + schema + "; CREATE VIEW " + schema + '.' +
         duckdb::QuoteIdentifier(view.name) + " AS\n" + view.sql + "\n;";
}

Error InView(const BoundView& view, const Error& error) {
  if (error.code() != Code::kUnprocessable) return error;
  const std::string name = view.database.empty() ? view.name : view.database + '.' + view.name;
  return Error(Code::kUnprocessable, "the view " + name + " cannot be read: " + error.message());
}

}  // namespace tarn::query
