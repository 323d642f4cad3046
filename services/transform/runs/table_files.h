#pragma once

#include <string>
#include <vector>

#include "common/object_store/object_store.h"
#include "common/result/result.h"

namespace tarn::transform {

/// An object that a run or a compaction made below a table's prefix.
struct TableFile {
  object_store::ObjectInfo object;
  std::string partition;  ///< what stands between the prefix and the file's name: "year=2024/" or nothing
  std::string id;         ///< of the run, or of the compaction
};

/// What names a file: "part" for what readers see, "state" for the rows that a merge builds on.
inline constexpr const char* kPartFile = "part";
inline constexpr const char* kStateFile = "state";

/// "part-<id>.parquet", and "part-<id>-1.parquet" for the second file of the same partition.
std::string TableFileName(const char* kind, const std::string& id, size_t number, const std::string& suffix);

/// The files of that kind below `prefix`, in the order of their keys. What other programs put there is not
/// among them: their names have no id. `limit` 0: all. Errors: as ObjectStore::List.
Result<std::vector<TableFile>> ListTableFiles(object_store::ObjectStore& store, const std::string& bucket,
                                              const std::string& prefix, const char* kind, size_t limit = 0);

/// The same for the files of one partition, which is that below `table_prefix`.
Result<std::vector<TableFile>> ListPartition(object_store::ObjectStore& store, const std::string& bucket,
                                             const std::string& table_prefix, const std::string& partition,
                                             const char* kind);

}  // namespace tarn::transform
