#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "common/object_store/versioned_store.h"
#include "common/result/result.h"

namespace tarn::object_store {

/// Something in which files and index do not agree.
struct StoreDifference {
  /// "missing_file", "changed_file" (its content is not the object's), "touched_file" (the right content, but another
  /// file than the indexed one), "damaged_content" (the indexed file, but not the indexed hash), "unindexed_file",
  /// "missing_bucket", "missing_version", "damaged_version", "unneeded_version_file", "missing_part", "damaged_part",
  /// "unneeded_part_file", "damaged_index".
  std::string kind;
  std::string bucket, key, version;
  std::string detail;     ///< what was expected and what is there
  bool repairable = false;  ///< CheckOptions::repair makes files and index agree
};

struct CheckOptions {
  bool hashes = true;   ///< read all content and compare it with its hash
  bool repair = false;  ///< files win: the index and the event log follow what is there; what nothing needs is removed
  std::function<void(const StoreDifference&)> report;
  std::function<void(int64_t objects, uint64_t bytes)> progress;  ///< now and then
};

struct CheckReport {
  int64_t objects = 0, versions = 0, parts = 0;
  uint64_t bytes = 0;  ///< of content that was read
  int64_t differences = 0, repaired = 0;
};

/// Compares the files, the index, sizes and hashes of a local store, which may be in use meanwhile: what commits change
/// under way is no difference. Errors: kInvalidArgument if `store` is not a local one, kInternal.
Result<CheckReport> CheckStore(VersionedStore& store, const CheckOptions& options);

}  // namespace tarn::object_store
