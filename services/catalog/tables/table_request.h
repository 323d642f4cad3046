#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "common/json/json.h"
#include "services/catalog/tables/table_reader.h"
#include "tarn/v1/catalog.pb.h"

namespace tarn::catalog {

/// What a request asks to know of a table; its names in lower case, as the catalog has them.
/// Errors: kInvalidArgument.
Result<TableRef> ReadTableRequest(const v1::TableRequest& message);

/// The same from JSON: {"database", "table", "version", "as_of", "with_statistics", "filters": [{"column", "operator",
/// "values"}]}, where an operator is one of "=", "<", "<=", ">", ">=", "in", "is null", "is not null" and a value a
/// number, a text or a boolean. `path` is the JSON pointer of `value`, for errors.
Result<TableRef> ReadTableRequest(const nlohmann::json& value, const std::string& path);

}  // namespace tarn::catalog
