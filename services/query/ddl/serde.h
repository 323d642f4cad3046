#pragma once

#include <nlohmann/json_fwd.hpp>

#include "common/result/result.h"
#include "services/query/sql/command.h"

namespace tarn::query {

/// The body that declares the table with the catalog: location, columns, and classifiers that read the files
/// as the statement's row format says. Errors: kUnprocessable for a serde or a format that Tarn does not
/// read. https://docs.aws.amazon.com/athena/latest/ug/supported-serdes.html
Result<nlohmann::json> DeclarationOf(const CreateTableStatement& table);

/// Columns as the catalog declares them.
nlohmann::json ColumnsJson(const std::vector<ColumnDefinition>& columns, bool partition_keys);

}  // namespace tarn::query
