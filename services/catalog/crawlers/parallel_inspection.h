#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <vector>

#include "common/object_store/object_store.h"
#include "services/catalog/crawlers/reading.h"
#include "services/catalog/inference/file_inspector.h"

namespace tarn::catalog {

/// Reads the footers of Parquet files on several threads, as many as `threads` and the files are worth. `files` are
/// the pinned ones, `targets` what they are. Leaves out what is not Parquet, and files whose schema only the engine can
/// judge: those are left to a FileInspector, one after the other, so that memory stays that of one engine.
/// `progress` is called now and then, on the calling thread. Errors: kCancelled.
Result<std::vector<std::optional<Reading>>> ReadFooters(const std::vector<std::filesystem::path>& files,
                                                        const std::vector<ReadTarget>& targets, int64_t threads,
                                                        const std::function<void(int64_t done)>& progress,
                                                        std::stop_token cancelled);

}  // namespace tarn::catalog
