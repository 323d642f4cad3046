#include "services/catalog/tables/database_endpoints.h"

#include <nlohmann/json.hpp>

#include "services/catalog/tables/listing.h"
#include "services/catalog/tables/table_json.h"

namespace tarn::catalog {

Result<http::Response> DatabaseEndpoints::List(http::Request& request) {
  TARN_ASSIGN(const auto page, http::ParsePage(request));
  TARN_ASSIGN(auto databases, tables_.ListDatabases(page.after, page.limit + 1));
  return RenderPage(std::move(databases), page.limit, DatabaseToJson,
                    [](const Database& last) { return last.name; });
}

Result<http::Response> DatabaseEndpoints::Get(http::Request& request) {
  TARN_ASSIGN(const Database database, tables_.GetDatabase(request.PathParameter("database")));
  auto response = http::Response::Json(200, DatabaseToJson(database));
  response.headers.Set("ETag", '"' + std::to_string(database.revision) + '"');
  return response;
}

}  // namespace tarn::catalog
