#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "common/object_store/versioned_store.h"

namespace tarn::object_store {

/// Called with the name of each step of a commit, in order: "staged", "before_record", "recorded", "before_move" (once
/// per file); and of the background's sync: "before_sync", "synced". An error it returns is that step's failure.
using FaultHook = std::function<Status(std::string_view step)>;

struct LocalStoreOptions {
  std::filesystem::path root;  ///< `lake/`: created if it is missing
  std::string writer;          ///< the service's name, recorded in its events
  FaultHook fault = nullptr;   ///< for tests only
};

/// Opens the object store kept in a directory: `<root>/<bucket>/<key>` are plain files, `<root>/.tarn/` holds the
/// index (SQLite), staging, scratch, pins, old versions and the parts of unfinished uploads. Opening rolls forward or
/// removes what dead processes left. Errors: kUnavailable, kInternal.
Result<std::unique_ptr<VersionedStore>> OpenLocalStore(const LocalStoreOptions& options);

/// Finds files that other programs dropped into, changed in or removed from the buckets, and commits them to the
/// index with events, as if they had been put. Files younger than `settle` are left for the next time, as they
/// may still be written; so are names that writers use for unfinished files: those that start with '.', end in ".tmp"
/// or ".part", or lie below a directory `_temporary`. Links are not followed. A file that was only touched, with the
/// content it had, makes no event. Run by one service (extract) only. Returns how many changes it found.
/// Errors: kInvalidArgument if `store` is not a local one, kInternal.
Result<int64_t> AdoptForeignFiles(ObjectStore& store, std::chrono::milliseconds settle);

}  // namespace tarn::object_store
