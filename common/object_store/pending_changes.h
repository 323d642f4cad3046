#pragma once

#include <filesystem>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "common/object_store/bucket_tree.h"
#include "common/object_store/commit_table.h"
#include "common/object_store/index.h"
#include "common/object_store/local_object_store.h"

namespace tarn::object_store {

/// Carries out on the files what the index has recorded: moves staged content into place, removes deleted files.
/// All of it can be done again from the start. Every method needs the commit lock.
class PendingChanges {
 public:
  PendingChanges(Index& index, BucketTree& tree, std::filesystem::path workspaces, std::string writer,
                 FaultHook fault)
      : index_(index), tree_(tree), workspaces_(std::move(workspaces)), writer_(std::move(writer)), fault_(std::move(fault)) {}

  /// Carries out the changes of a commit that was just recorded, makes that durable, and forgets them. What cannot be
  /// moved stays pending: readers get it from staging. Errors: kInternal if a directory could not be made durable.
  Status CarryOut(const std::vector<PendingChange>& changes);

  /// Carries out what processes that died left pending.
  Status SettleLeftovers();

  /// The workspaces that hold content of changes that are still pending.
  Result<std::set<std::string>> NeededWorkspaces();

 private:
  Status Carry(const PendingChange& change, ChangedDirectories& changed);
  Status MoveIntoPlace(const PendingChange& change, ChangedDirectories& changed);
  Status DropLostObject(const PendingChange& change);
  void Forget(const std::vector<PendingChange>& changes);

  Index& index_;
  BucketTree& tree_;
  std::filesystem::path workspaces_;
  std::string writer_;
  FaultHook fault_;
};

}  // namespace tarn::object_store
