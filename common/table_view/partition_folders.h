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

/// Moves a pinned file of a table into the folder of its partition below `directory`, the pin's own, where
/// the pin removes it. Returns its new path. It stays where the table has no `keys`, or values that no folder
/// can say. Errors: kInternal, kResourceExhausted.
Result<std::filesystem::path> MoveIntoPartitionFolder(const std::filesystem::path& file,
                                                      const std::filesystem::path& directory,
                                                      const std::vector<std::string>& values, size_t keys);

/// The values of a file, none if it has none.
const std::vector<std::string>& PartitionValuesOf(const catalog_client::DataFile& file);

}  // namespace tarn::table_view
