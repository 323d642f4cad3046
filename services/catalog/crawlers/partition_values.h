#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/result/result.h"
#include "services/catalog/crawlers/crawler_definition.h"
#include "services/catalog/tables/types.h"

namespace tarn::catalog {

/// Returns what the folders between a table's folder and a file say, outermost first. A key that stands
/// there twice has the outer value. Values are decoded (`%3A` is a colon); an empty one is kNullPartition.
std::vector<PartitionValue> PartitionOf(const PartitionRules& rules,
                                        const std::vector<std::string_view>& folders);

/// True for `key=value` with a key.
bool IsHiveFolder(std::string_view folder);

/// Returns the type of one partition value: BIGINT for an integer of 64 bits without leading zeros, DATE for
/// a calendar date as ISO 8601 writes it, kUnknownType for kNullPartition, else VARCHAR.
std::string PartitionValueType(std::string_view value);

/// Returns the key columns of a file: those that the rules declare with their type, the others with that of
/// the value. Errors: kUnprocessable for a value that is none of the declared type.
Result<std::vector<Column>> PartitionColumns(const PartitionRules& rules,
                                             const std::vector<PartitionValue>& values);

}  // namespace tarn::catalog
