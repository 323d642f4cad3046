#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "common/object_store/object_store.h"
#include "services/catalog/crawlers/change_set.h"
#include "services/catalog/crawlers/reading.h"

namespace tarn::catalog {

/// Reads the files of one crawl while the store goes on changing. One thread.
class BatchReader {
 public:
  /// Says which of the changes have to be read (those already known, or not part of a table, do not).
  using SelectTargets = std::function<Result<std::vector<ReadTarget>>(const ChangeSet& changes)>;
  /// Called before each file.
  using OnProgress = std::function<void(int64_t files_read, int64_t files_planned)>;

  /// `classifiers` must outlive this. `bucket`: the one that all changes are of; empty: they are of several.
  BatchReader(object_store::ObjectStore& store, std::string bucket, const InspectionOptions& options,
              const std::vector<Classifier>& classifiers)
      : store_(store), bucket_(std::move(bucket)), options_(options), classifiers_(classifiers) {}

  /// Reads the selected files of `changes`, which are complete up to the event `sequence`. If one of them is
  /// replaced or deleted before it can be opened, later events are added to `changes` until all is of one
  /// moment again: to leave the file out would show half of its commit. A file that is gone although no event
  /// says so (yet) is taken out of `changes`; an event will follow. Errors: kUnavailable, kCancelled, and
  /// those of the store. A file that cannot be read is not an error.
  Result<Readings> Read(ChangeSet& changes, int64_t sequence, const SelectTargets& select,
                        const OnProgress& progress, std::stop_token cancelled);

  int64_t vanished() const { return vanished_; }

 private:
  // Readings, or why there are none although the store is well: a file is gone, or replaced.
  struct Attempt {
    Readings readings{};
    std::optional<Error> gone{};
  };

  Result<std::unique_ptr<object_store::Pin>> Pin(const std::vector<ReadTarget>& targets);
  Status DropUnpinnable(ChangeSet& changes, const std::vector<ReadTarget>& targets);
  Result<Attempt> TryToRead(const std::vector<ReadTarget>& targets, const OnProgress& progress,
                            std::stop_token cancelled);

  object_store::ObjectStore& store_;
  const std::string bucket_;
  const InspectionOptions options_;
  const std::vector<Classifier>& classifiers_;
  int64_t vanished_ = 0;
};

}  // namespace tarn::catalog
