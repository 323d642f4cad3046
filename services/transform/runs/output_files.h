#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "common/result/result.h"

namespace tarn::transform {

/// Where the rows of an output are and go to.
struct OutputFiles {
  std::filesystem::path directory;  ///< takes what is written; not there yet
  /// Merge: the Parquet files that earlier runs left as state, of these partitions (see PartitionPath) or of
  /// all. They may be other partitions than those asked for, if all of the table has to be written anew.
  /// Errors: kUnprocessable if rows are there whose state is gone.
  std::function<Result<std::vector<std::filesystem::path>>(
      const std::optional<std::set<std::string>>& partitions)>
      earlier_state;
  bool may_stay = false;  ///< merge: the files that are there may stay if no new row takes a place in them
};

/// A file that an output has written.
struct WrittenFile {
  std::string partition;  ///< see PartitionPath; empty for a table without
  std::filesystem::path file;
};

/// What an output has written.
struct WrittenOutput {
  int64_t rows = 0;
  bool stays = false;  ///< nothing was written, as nothing would change
  std::vector<WrittenFile> published;
  std::vector<WrittenFile> state;  ///< merge: the rows with all columns that their order needs, as Parquet
};

}  // namespace tarn::transform
