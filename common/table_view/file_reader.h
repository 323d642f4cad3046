#pragma once

#include <string>
#include <vector>

#include "common/catalog_client/snapshot.h"

namespace tarn::table_view {

using PartitionValues = std::vector<std::string>;

/// What DuckDB calls the number of the file, in the list of a reader, that a row comes from.
inline constexpr const char* kFileIndex = "file_index";

/// How the rows of several partitions get their values.
enum class PartitionSource {
  kConstants,  ///< there is one partition
  kFolders,    ///< the paths say them; see partition_folders.h
  kFileIndex,  ///< a join with the number of the file
};

/// Files that one reader can read together, and the partition of each.
struct FileGroup {
  const catalog_client::FileLayout* layout = nullptr;
  std::vector<std::string> paths{};
  std::vector<const PartitionValues*> partitions{};
  PartitionSource source = PartitionSource::kConstants;
  size_t keys = 0;  ///< of the table's partitions
};

/// Renders what gives the rows of the files in a FROM: their columns under the files' names, and what the
/// group's source of partitions needs, the number of the file or the keys of the folders.
std::string ReadFiles(const catalog_client::TableSnapshot& table, const FileGroup& group);

}  // namespace tarn::table_view
