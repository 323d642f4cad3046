#include "services/query/catalog/table_endpoint.h"

#include <nlohmann/json.hpp>

namespace tarn::query {
namespace {

constexpr size_t kMaxDatabases = 100;

}  // namespace

Result<http::Response> TableEndpoint::operator()(http::Request&) {
  TARN_ASSIGN(auto databases, catalog_.ListDatabases());
  if (databases.size() > kMaxDatabases) databases.resize(kMaxDatabases);
  auto items = nlohmann::json::array();
  for (const auto& database : databases) {
    auto tables = catalog_.ListTables(database);
    if (!tables.ok() && tables.error().code() == Code::kNotFound) continue;  // dropped meanwhile
    if (!tables.ok()) return tables.error();
    items.push_back({{"database", database}, {"tables", *tables}});
  }
  return http::Response::Json(200, {{"items", std::move(items)}});
}

}  // namespace tarn::query
