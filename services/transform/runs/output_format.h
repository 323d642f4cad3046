#pragma once

#include <string>
#include <string_view>

#include "services/transform/transforms/output.h"

namespace tarn::transform {

/// What the keys of an output's objects end with: ".parquet", ".csv", ".csv.gz", ".ndjson.zst".
std::string FileSuffix(const Output& output);

/// The media type of an output's objects.
std::string ContentType(const Output& output);
inline constexpr const char* kParquetType = "application/vnd.apache.parquet";
inline constexpr const char* kJsonType = "application/json";

/// The format of a file with that name, by its suffix; Parquet if it has none that an output writes.
Format FormatOfFile(std::string_view name);

/// What stands behind COPY ... TO for a file of the output: (FORMAT parquet, ...). `more` comes last:
/// ", PARTITION_BY (a)". CSV is what RFC 4180 says, in UTF-8, with NULL as nothing and an empty text as "".
std::string CopyOptions(const Output& output, const std::string& more = "");

/// The same for files that only Tarn reads: Parquet, quick to write.
std::string PrivateCopyOptions(const std::string& more = "");

/// "a DESC NULLS LAST, b ASC NULLS LAST"; empty for no columns.
std::string OrderTerms(const std::vector<OrderColumn>& columns);

}  // namespace tarn::transform
