#pragma once

#include <filesystem>

#include "common/object_store/object_store.h"
#include "services/query/engine/engine.h"

namespace tarn::query {

/// What all statements of an engine have together.
struct DuckDbEngineOptions {
  uint64_t memory_bytes = 4ull << 30;
  int64_t threads = 0;  ///< 0: one per processor
  uint64_t temp_bytes = 16ull << 30;
  std::filesystem::path temp_directory;  ///< statements spill below it; must exist
};

/// The embedded engine: one DuckDB instance, a connection of its pool for each statement. Statements do not
/// see each other's tables, and can reach the pinned files of the store and nothing else. An instance that
/// breaks is replaced at once: the statement that broke it fails, with the name of the file that did it where
/// that can be found, and is not run again; the others go on, or begin again on the next instance if they had
/// only begun. `store` must outlive the engine. Errors: kInternal.
Result<std::unique_ptr<Engine>> OpenDuckDbEngine(const DuckDbEngineOptions& options,
                                                 object_store::ObjectStore& store);

}  // namespace tarn::query
