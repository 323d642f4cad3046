#include "services/catalog/ddl/ddl_endpoints.h"

#include <nlohmann/json.hpp>

#include "services/catalog/ddl/create_statement.h"

namespace tarn::catalog {
namespace {

// How many files are looked at to see how the table's files are read.
constexpr int64_t kLookedAt = 1'000;

http::Response Show(const char* kind, const CreateStatement& statement) {
  return http::Response::Json(200,
                              {{"kind", kind}, {"statement", statement.sql}, {"notes", statement.notes}});
}

}  // namespace

Result<http::Response> DdlEndpoints::OfTable(http::Request& request) {
  const TableName name{request.PathParameter("database"), request.PathParameter("table")};
  TARN_ASSIGN(const Table table, tables_.GetTable(name));
  TARN_ASSIGN(const auto files, tables_.ListFiles(name, "", kLookedAt));
  return Show("table", CreateTableStatement(table, files));
}

Result<http::Response> DdlEndpoints::OfView(http::Request& request) {
  const TableName name{request.PathParameter("database"), request.PathParameter("view")};
  TARN_ASSIGN(const auto view, views_.Find(name));
  if (!view) return Error(Code::kNotFound, "there is no such view: " + name.database + '.' + name.table);
  return Show("view", CreateViewStatement(*view));
}

}  // namespace tarn::catalog
