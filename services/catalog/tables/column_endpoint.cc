#include "services/catalog/tables/column_endpoint.h"

#include <nlohmann/json.hpp>

#include "services/catalog/tables/layout_json.h"

namespace tarn::catalog {
namespace {

nlohmann::json SummaryToJson(const ColumnSummary& summary) {
  nlohmann::json value = ColumnsToJson({summary.column})[0];
  nlohmann::json statistics = nlohmann::json::object();
  if (summary.nulls) statistics["nulls"] = *summary.nulls;
  if (summary.min) statistics["min"] = *summary.min;
  if (summary.max) statistics["max"] = *summary.max;
  if (summary.distinct) statistics["distinct_estimate"] = *summary.distinct;
  value["statistics"] = std::move(statistics);
  return value;
}

}  // namespace

Result<http::Response> ColumnEndpoint::operator()(http::Request& request) {
  const TableName name{request.PathParameter("database"), request.PathParameter("table")};
  TARN_ASSIGN(const auto columns, tables_.SumUpColumns(name));
  nlohmann::json items = nlohmann::json::array();
  for (const ColumnSummary& column : columns) items.push_back(SummaryToJson(column));
  return http::Response::Json(200, {{"items", std::move(items)}});
}

}  // namespace tarn::catalog
