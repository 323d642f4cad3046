#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "common/result/result.h"
#include "services/catalog/views/view.h"

namespace tarn::catalog {

/// How the REST API shows a view.
nlohmann::json ViewToJson(const View& view);

/// Reads {"sql", "dialect", "columns": [{"name", "type", "comment"}], "comment", "owner"}; only "sql" is
/// required. Errors: kInvalidArgument with where() = the JSON pointer.
Result<View> ReadView(const nlohmann::json& body);

/// How columns are kept in the database.
std::string StoreViewColumns(const std::vector<ViewColumn>& columns);
Result<std::vector<ViewColumn>> LoadViewColumns(std::string_view text);

}  // namespace tarn::catalog
