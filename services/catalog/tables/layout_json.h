#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "common/result/result.h"
#include "services/catalog/tables/types.h"

namespace tarn::catalog {

nlohmann::json ColumnsToJson(const std::vector<Column>& columns);
nlohmann::json DialectToJson(const CsvDialect& dialect);
nlohmann::json DecodingToJson(const decoding::Decoding& decoding);

/// How layouts, schemas and partition values are kept in the database. Equal values give equal text.
std::string StoreLayout(const FileLayout& layout);
std::string StoreColumns(const std::vector<Column>& columns);
std::string StorePartition(const std::vector<PartitionValue>& values);

/// Read them back. Errors: kInternal if the text is not what Store* wrote.
Result<FileLayout> LoadLayout(std::string_view text);
Result<std::vector<Column>> LoadColumns(std::string_view text);
Result<std::vector<PartitionValue>> LoadPartition(std::string_view text);

}  // namespace tarn::catalog
