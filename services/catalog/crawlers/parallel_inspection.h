#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <vector>

#include "common/object_store/object_store.h"
#include "services/catalog/crawlers/reading.h"

namespace tarn::catalog {

/// What came of reading footers.
struct Footers {
  /// Of each target; nothing for what is not Parquet, and for files whose schema only the engine can judge.
  std::vector<std::optional<Reading>> readings;
  /// Set if the store has one of the versions no more, or cannot give it: then the readings are not complete.
  std::optional<Error> gone{};
};

/// Reads the footers of Parquet files, and nothing else of them, on several threads: as many as `threads` and
/// the files are worth. What it leaves out is for InspectFiles. `progress` is called now and then, on the
/// calling thread. Errors: kCancelled.
Result<Footers> ReadFooters(object_store::ObjectStore& store, const std::vector<ReadTarget>& targets,
                            int64_t threads, const std::function<void(int64_t done)>& progress,
                            std::stop_token cancelled);

}  // namespace tarn::catalog
