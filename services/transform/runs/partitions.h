#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "common/result/result.h"

namespace tarn::transform {

/// More partitions than this are refused in one run: each is a file, and an object of one commit.
inline constexpr size_t kMaxPartitions = 1'000;

/// The value by which a row's partition is named, as SQL text. NULL and an empty text are one partition, as
/// in Hive: a folder cannot tell them apart.
std::string PartitionValue(const std::string& column);

/// Whether the engine itself names the partitions of a column of this type just so. It is quicker with
/// numbers and dates than with their texts, of which it keeps one per row.
bool IsItsOwnPartitionValue(const std::string& type);

/// SQL for the part of an object's key that names a row's partition: "year=2024/city=S%C3%A3o%20Paulo/",
/// "year=__HIVE_DEFAULT_PARTITION__/" for NULL.
std::string PartitionPath(const std::vector<std::string>& columns);

/// Errors: kUnprocessable for a name that the catalog would not find in a key: other characters than ASCII
/// letters, digits and '_', or '_' at its start, which hides a folder.
Status CheckPartitionColumns(const std::vector<std::string>& columns);

/// What stands in a SELECT beside a row's other columns so that PARTITION_BY can name it; `name` is the
/// number of the column.
std::string PartitionAlias(size_t number);
/// ", PARTITION_BY (...)" over all aliases.
std::string PartitionByOption(size_t columns);

/// Files of one partition that the engine wrote.
struct PartitionFiles {
  std::string path;  ///< as PartitionPath gives it
  std::vector<std::filesystem::path> files;
};

/// What a COPY with PartitionByOption left in a directory, by path. Errors: kUnprocessable over
/// kMaxPartitions.
Result<std::vector<PartitionFiles>> WrittenPartitions(const std::filesystem::path& directory,
                                                      const std::vector<std::string>& columns);

/// The error for a run with more than kMaxPartitions.
Error TooManyPartitions(const std::vector<std::string>& columns);

/// The columns that a path names: "year=2024/month=1/" gives year, month. Segments without '=' count as names
/// of their own, so that they compare unequal to any partitioning.
std::vector<std::string> ColumnsOfPath(std::string_view path);

}  // namespace tarn::transform
