#pragma once

#include <filesystem>

#include "common/object_store/object_store.h"
#include "services/query/engine/engine.h"

namespace tarn::query {

struct DuckDbEngineOptions {
  uint64_t memory_bytes = 1ull << 30;   ///< of one statement
  int64_t threads = 2;                  ///< of one statement
  uint64_t temp_bytes = 4ull << 30;     ///< of one statement
  std::filesystem::path temp_directory; ///< statements spill below it; emptied by OpenDuckDbEngine
};

/// The embedded engine. Each statement gets an instance of its own: it can reach the pinned files of its snapshot
/// and nothing else, and takes no other statement down when it breaks. `store` must outlive the engine.
/// Errors: kInternal.
Result<std::unique_ptr<Engine>> OpenDuckDbEngine(const DuckDbEngineOptions& options, object_store::ObjectStore& store);

}  // namespace tarn::query
