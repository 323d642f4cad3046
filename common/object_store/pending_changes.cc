#include "common/object_store/pending_changes.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "common/ids/ulid.h"
#include "common/logging/log.h"
#include "common/object_store/event_table.h"
#include "common/object_store/object_table.h"

namespace tarn::object_store {

Status PendingChanges::CarryOut(const std::vector<PendingChange>& changes) {
  ChangedDirectories changed;
  std::vector<PendingChange> done;
  for (const PendingChange& change : changes) {
    if (fault_) TARN_TRY(fault_("before_move"));
    if (Status carried = Carry(change, changed); carried.ok()) {
      done.push_back(change);
    } else {
      log::Failure("a committed change waits for its file to be moved",
                   {{"bucket", change.bucket}, {"key", change.key}, {"reason", carried.error()}});
    }
  }
  if (fault_) TARN_TRY(fault_("moved"));
  TARN_TRY(changed.Sync());
  if (fault_) TARN_TRY(fault_("directories_synced"));
  Forget(done);
  return Ok();
}

Status PendingChanges::SettleLeftovers() {
  TARN_ASSIGN(const auto leftovers, ListPending(index_.writer()));
  if (leftovers.empty()) return Ok();
  // Their owner may have died between making a directory and making it durable.
  ChangedDirectories parents;
  for (const PendingChange& change : leftovers) tree_.AddParents(change.bucket, change.key, parents);
  TARN_TRY(parents.Sync());
  return CarryOut(leftovers);
}

Result<std::set<std::string>> PendingChanges::NeededWorkspaces() {
  TARN_ASSIGN(const auto pending, ListPending(index_.writer()));
  std::set<std::string> needed;
  for (const PendingChange& change : pending) {
    if (change.is_put()) needed.insert(change.workspace);
  }
  return needed;
}

Status PendingChanges::Carry(const PendingChange& change, ChangedDirectories& changed) {
  if (change.is_put()) return MoveIntoPlace(change, changed);
  return tree_.Remove(change.bucket, change.key, change.file, changed);
}

Status PendingChanges::MoveIntoPlace(const PendingChange& change, ChangedDirectories& changed) {
  const auto staging = workspaces_ / change.workspace / "staging";
  const FileDescriptor directory(open(staging.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  TARN_ASSIGN(const auto current, FindObject(index_.writer(), change.bucket, change.key));
  if (!current || current->info.version != change.version) {
    // A later commit replaced or deleted it before it got here: it must not come back.
    if (directory.valid()) unlinkat(directory.get(), change.staged_name.c_str(), 0);
    return Ok();
  }
  Status moved = directory.valid()
                     ? tree_.MoveIn(directory.get(), change.staged_name, change.bucket, change.key, changed)
                     : Status(Error(Code::kNotFound, "the staging directory is gone"));
  if (moved.ok() || moved.error().code() != Code::kNotFound) return moved;
  // Gone from staging: moved by an earlier try, whatever other programs did to the file since then.
  TARN_ASSIGN(const auto in_place, tree_.Open(change.bucket, change.key));
  return in_place ? Ok() : DropLostObject(change);
}

// A disk that failed while it was told to keep data may lose content that the index knows. An object without
// content must not stay: the log says that it is gone.
Status PendingChanges::DropLostObject(const PendingChange& change) {
  log::Failure("the content of a committed object is lost", {{"bucket", change.bucket}, {"key", change.key}});
  sqlite::Database& index = index_.writer();
  return index.Transact([&]() -> Status {
    TARN_ASSIGN(const auto object, FindObject(index, change.bucket, change.key));
    if (!object) return Ok();
    TARN_TRY(EraseObject(index, change.bucket, change.key));
    Event event{0, NewUlid(), Event::Type::kObjectDeleted, "", object->info, NewUlid(), writer_, Now(), ""};
    TARN_ASSIGN([[maybe_unused]] const int64_t sequence, AppendEvent(index, event));
    return Ok();
  });
}

// Need not survive a crash, as carrying out twice does no harm: so it costs no fsync.
void PendingChanges::Forget(const std::vector<PendingChange>& changes) {
  sqlite::Database& index = index_.writer();
  const auto forget = [&]() -> Status {
    TARN_TRY(index.Execute("PRAGMA synchronous=NORMAL"));
    return index.Transact([&]() -> Status {
      for (const PendingChange& change : changes) TARN_TRY(RemovePending(index, change.id));
      return Ok();
    });
  };
  Status forgotten = forget();
  if (Status restored = index.Execute("PRAGMA synchronous=FULL"); forgotten.ok()) forgotten = std::move(restored);
  if (!forgotten.ok()) log::Warn("carried out changes are still marked as pending", {{"reason", forgotten.error()}});
}

}  // namespace tarn::object_store
