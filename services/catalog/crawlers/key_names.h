#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/catalog/tables/types.h"

namespace tarn::catalog {

/// Returns `segment` in lower case with every character outside [a-z0-9_] replaced by '_': how folders name
/// databases, tables and partition keys.
std::string TableNamePart(std::string_view segment);

/// The format that a file's name promises by its ending, compared without case: .parquet, .pq; .csv, .tsv,
/// .tab, .psv; .json, .ndjson, .jsonl; all but Parquet may be packed as well (.gz, .zst).
std::optional<FileFormat> FormatOfName(std::string_view file);

/// True for what writers leave lying about: names that begin with '.' or '_' (but not `_key=value`), those
/// that end with '~', .tmp, .temp, .partial, .crdownload, .inprogress, .swp, .crc or ._COPYING_, and markers
/// of folders (x_$folder$).
bool IsHiddenName(std::string_view name);

/// The segments of a key's path, the file last.
std::vector<std::string_view> PathSegments(std::string_view path);

}  // namespace tarn::catalog
