#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "common/catalog_client/snapshot.h"
#include "common/result/result.h"

namespace tarn::table_view {

/// How Hive's layout writes a NULL in a path.
inline constexpr std::string_view kNullPartition = "__HIVE_DEFAULT_PARTITION__";

/// What the n-th partition key (from 0) is called in the names of folders: "tarn_key_0".
std::string FolderKey(size_t key);

/// The folders that say the values of the first `keys` keys: "tarn_key_0=2026/tarn_key_1=%C3%A4". Values that
/// are missing are NULL. Nothing if a value is too long for the name of a folder.
std::optional<std::string> PartitionFolder(const std::vector<std::string>& values, size_t keys);

/// How many partition keys a table has.
size_t CountPartitionKeys(const catalog_client::TableSnapshot& table);

/// Whether each of the files is in the folder of its partition, below folders that say nothing: then one
/// reader of the engine gives all files' rows their partitions' values, each of them once per file.
bool AreInPartitionFolders(std::span<const std::string> paths,
                           std::span<const std::vector<std::string>* const> partitions, size_t keys);

/// Moves the pinned files of a table into such folders below `directory`, the pin's own, where the pin
/// removes them. Returns their new paths, in the order of `files`. A table of one partition, or of values
/// that no folder can say, stays as it is. Errors: kInternal, kResourceExhausted.
Result<std::vector<std::filesystem::path>> MoveIntoPartitionFolders(
    const catalog_client::TableSnapshot& table, const std::filesystem::path& directory,
    std::span<const std::filesystem::path> files);

}  // namespace tarn::table_view
