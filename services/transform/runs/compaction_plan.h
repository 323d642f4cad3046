#pragma once

#include <cstdint>
#include <vector>

#include "services/transform/runs/table_files.h"
#include "services/transform/transforms/output.h"

namespace tarn::transform {

/// Which files one compaction may take.
inline constexpr size_t kMaxCompactedFiles = 500;

/// Picks files of one partition that are worth becoming one: at least `min_files` of about the same size,
/// within a factor of `min_files`, that are not above `target_bytes` together by more than one file. So a row
/// is written again a number of times that grows with the logarithm of the table's size, and the number of
/// files that stay grows likewise. In the order of their keys, which is that of their runs; empty if there
/// are none.
std::vector<TableFile> PickFiles(std::vector<TableFile> files, const Compaction& compaction);

}  // namespace tarn::transform
