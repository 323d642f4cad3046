#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "services/catalog/tables/types.h"

namespace tarn::catalog {

/// How the REST API shows them (openapi.json has the schemas).
nlohmann::json DatabaseToJson(const Database& database);
/// A table's columns with their types as other engines call them.
nlohmann::json ShownColumns(const std::vector<Column>& columns);
nlohmann::json TableToJson(const Table& table);
nlohmann::json VersionToJson(const TableVersion& version);
nlohmann::json PartitionToJson(const Partition& partition);
/// `schema` is that of the file's table.
nlohmann::json DataFileToJson(const DataFile& file, const std::vector<Column>& schema);
nlohmann::json FailedFileToJson(const FailedFile& file);
/// Values by key; NULL as null.
nlohmann::json PartitionValuesToJson(const std::vector<PartitionValue>& values);

}  // namespace tarn::catalog
