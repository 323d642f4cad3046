#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/catalog/tables/types.h"

namespace tarn::catalog {

/// Where the default crawler puts an object.
struct MappedKey {
  TableName table;
  FileFormat format = FileFormat::kParquet;
  std::vector<PartitionValue> partition;
};

/// Maps `<database>/<table>/[<key>=<value>/...]<file>.(parquet|csv|json|ndjson)` to its table; the last three
/// may be packed as well (.gz, .zst). Folders below the table that are not key=value only group files. Nothing for a key with fewer segments, with an
/// empty segment, with a segment that begins with '_' or '.', or with another suffix (suffixes compare
/// without case).
std::optional<MappedKey> MapKey(std::string_view key);

/// Returns `segment` in lower case with every character outside [a-z0-9_] replaced by '_'.
std::string TableNamePart(std::string_view segment);

/// Returns the type of one partition value: BIGINT for an integer of 64 bits without leading zeros, DATE for
/// a calendar date as ISO 8601 writes it, kUnknownType for kNullPartition, else VARCHAR.
std::string PartitionValueType(std::string_view value);

}  // namespace tarn::catalog
