#pragma once

#include <chrono>
#include <cstdint>
#include <memory>

#include "common/object_store/object_store.h"
#include "common/result/result.h"

namespace tarn::object_store {

struct FileWatchOptions {
  size_t max_directories = 8192;         ///< those beyond are left to AdoptForeignFiles
  std::chrono::milliseconds quiet{10};   ///< changes that follow each other closer than this are looked at together
  std::chrono::milliseconds patience{50};  ///< but not later than this
};

/// Watches the buckets of a local store with inotify and commits, within moments, files that other programs close after
/// writing, move in or remove, as AdoptForeignFiles does, which stays the safety net: for directories beyond the limit,
/// for a kernel whose queue ran over, and for what happened while nobody watched. A file that a program has open for
/// writing is left until that one closes it. Has a thread of its own; run by one service (extract) only.
class FileWatch {
 public:
  /// Errors: kInvalidArgument if `store` is not a local one; kInternal if the kernel watches nothing.
  static Result<std::unique_ptr<FileWatch>> Start(ObjectStore& store, const FileWatchOptions& options);
  virtual ~FileWatch() = default;  ///< stops and joins
  virtual int64_t directories() const = 0;
  /// How often the kernel's queue ran over, or more changed at once than is kept in memory.
  virtual int64_t overflows() const = 0;
  /// How many changes it has committed.
  virtual int64_t adopted() const = 0;
};

}  // namespace tarn::object_store
