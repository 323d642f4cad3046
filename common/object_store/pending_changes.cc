#include "common/object_store/pending_changes.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "common/ids/ulid.h"
#include "common/logging/log.h"
#include "common/object_store/event_table.h"
#include "common/object_store/object_table.h"
#include "common/object_store/version_table.h"

namespace tarn::object_store {
namespace {

bool Holds(const FileDescriptor& file, const std::string& content) {
  std::string buffer(content.size() + 1, '\0');
  return pread(file.get(), buffer.data(), buffer.size(), 0) == static_cast<ssize_t>(content.size()) &&
         buffer.compare(0, content.size(), content) == 0;
}

// After a power loss a file may have the right name and length, and still not the content: what can be compared is.
bool IsRight(const PendingChange& change, const FileDescriptor& file, const FileIdentity& expected, bool verify) {
  struct stat status;
  if (!file.valid() || fstat(file.get(), &status) != 0 || IdentityOf(status) != expected) return false;
  return !verify || !change.content || Holds(file, *change.content);
}

std::string StagedPath(const PendingChange& change) { return change.workspace + "/staging/" + change.staged_name; }

}  // namespace

Status PendingChanges::CarryOut(const std::vector<PendingChange>& changes) {
  std::vector<int64_t> done;
  for (const PendingChange& change : changes) {
    Status carried = fault_ ? fault_("before_move") : Ok();
    if (carried.ok()) carried = Settle(change, false);
    if (carried.ok()) {
      done.push_back(change.id);
      continue;
    }
    unfinished_ = true;
    log::Failure("a committed change waits for its file to be moved",
                 {{"bucket", change.bucket}, {"key", change.key}, {"reason", carried.error()}});
  }
  const std::lock_guard lock(mutex_);
  carried_.insert(carried_.end(), done.begin(), done.end());
  return Ok();
}

Status PendingChanges::SettleLeftovers() {
  if (unfinished_.exchange(false)) {
    TARN_ASSIGN(const auto mine, ListPending(places_.index.writer(), workspace_->id()));
    TARN_TRY(CarryOut(mine));
  }
  TARN_ASSIGN(const bool news, OthersCommitted());
  if (!news) return Ok();
  TARN_ASSIGN(const auto owners, PendingOwners(places_.index.writer()));
  for (const std::string& owner : owners) {
    if ((!workspace_ || owner != workspace_->id()) && IsDead(owner)) TARN_TRY(SettleOwner(owner));
  }
  return Ok();
}

// Changes only when another connection has committed.
Result<bool> PendingChanges::OthersCommitted() {
  TARN_ASSIGN(auto select, places_.index.writer().Prepare("PRAGMA data_version"));
  TARN_TRY(select.Step());
  return std::exchange(seen_data_version_, select.Integer(0)) != select.Integer(0);
}

bool PendingChanges::IsDead(const std::string& owner) const {
  if (owner.empty()) return true;
  const auto path = places_.workspaces / owner / "lock";
  const FileDescriptor file(open(path.c_str(), O_RDWR | O_CLOEXEC));
  return !file.valid() || flock(file.get(), LOCK_EX | LOCK_NB) == 0;
}

Status PendingChanges::SettleOwner(const std::string& owner) {
  TARN_ASSIGN(const auto changes, ListPending(places_.index.writer(), owner));
  for (const PendingChange& change : changes) {
    if (Status settled = Settle(change, true); !settled.ok()) {
      log::Failure("a change of a process that died cannot be carried out",
                   {{"bucket", change.bucket}, {"key", change.key}, {"reason", settled.error()}});
      continue;
    }
    const std::lock_guard lock(mutex_);
    carried_.push_back(change.id);
  }
  return Ok();
}

Status PendingChanges::Settle(const PendingChange& change, bool verify) {
  sqlite::Database& index = places_.index.writer();
  TARN_ASSIGN(const auto current, FindObject(index, change.bucket, change.key));
  if (current && current->info.version == change.version) return PlaceCurrent(change, *current, verify);
  TARN_ASSIGN(const auto version, FindVersion(index, change.bucket, change.key, change.version));
  if (!version) return RemoveGone(change, verify);
  TARN_TRY(PlaceVersion(change, *version, verify));
  // A later object of the key takes the file's place by itself.
  return current ? Ok() : places_.tree.Remove(change.bucket, change.key, version->file, verify);
}

Status PendingChanges::PlaceCurrent(const PendingChange& change, const IndexedObject& object, bool verify) {
  TARN_ASSIGN(const auto in_place, places_.tree.Open(change.bucket, change.key));
  if (in_place && IsRight(change, in_place->file, object.file, verify)) return Ok();
  if (OpenStaged(change, verify).valid()) {
    const auto staging = places_.workspaces / change.workspace / "staging";
    const FileDescriptor directory(open(staging.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    return places_.tree.MoveIn(directory.get(), change.staged_name, change.bucket, change.key);
  }
  if (IsRight(change, places_.versions.OpenFile(change.version), object.file, verify)) {
    TARN_ASSIGN(const FileDescriptor directory, places_.versions.DirectoryOf(change.version));
    return places_.tree.MoveIn(directory.get(), change.version, change.bucket, change.key);
  }
  if (change.content && (verify || !in_place)) {
    IndexedObject anew = object;
    TARN_ASSIGN(anew.file, WriteAnew(change));
    TARN_TRY(StoreObject(places_.index.writer(), anew));
    TARN_TRY(places_.versions.Remove(change.version));  // a restored one whose old file is torn
    return places_.tree.MoveIn(workspace_->staging_directory().get(), change.version, change.bucket, change.key);
  }
  // Moved by an earlier try, whatever other programs did to the file since then.
  return in_place ? Ok() : DropLost(change, object, true);
}

Status PendingChanges::PlaceVersion(const PendingChange& change, const IndexedObject& version, bool verify) {
  if (IsRight(change, places_.versions.OpenFile(change.version), version.file, verify)) return Ok();
  const FileDescriptor staged = OpenStaged(change, verify);
  if (staged.valid()) {
    TARN_TRY(places_.versions.Link(staged, change.version));
    unlink((places_.workspaces / StagedPath(change)).c_str());
    return Ok();
  }
  TARN_ASSIGN(const auto in_place, places_.tree.Open(change.bucket, change.key));
  if (in_place && IsRight(change, in_place->file, version.file, verify)) {
    return places_.versions.Link(in_place->file, change.version);
  }
  if (!change.content) return DropLost(change, version, false);
  IndexedObject anew = version;
  TARN_ASSIGN(anew.file, WriteAnew(change));
  TARN_TRY(UpdateVersion(places_.index.writer(), anew));
  TARN_ASSIGN(const FileDescriptor directory, places_.versions.DirectoryOf(change.version));
  const auto& staging = workspace_->staging_directory();
  if (renameat(staging.get(), change.version.c_str(), directory.get(), change.version.c_str()) == 0) return Ok();
  return SystemError(errno, "move an old version into place");
}

Status PendingChanges::RemoveGone(const PendingChange& change, bool verify) {
  if (!change.workspace.empty()) unlink((places_.workspaces / StagedPath(change)).c_str());
  TARN_TRY(places_.versions.Remove(change.version));
  Status removed = places_.tree.Remove(change.bucket, change.key, change.file, verify);
  if (!removed.ok() && removed.error().code() == Code::kNotFound) return Ok();  // with its bucket
  return removed;
}

FileDescriptor PendingChanges::OpenStaged(const PendingChange& change, bool verify) const {
  if (change.workspace.empty()) return FileDescriptor();
  FileDescriptor file(open((places_.workspaces / StagedPath(change)).c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  return IsRight(change, file, change.file, verify) ? std::move(file) : FileDescriptor();
}

// Leaves the content in staging under the version's name, with the time that the lost file had.
Result<FileIdentity> PendingChanges::WriteAnew(const PendingChange& change) {
  const FileDescriptor file(openat(workspace_->staging_directory().get(), change.version.c_str(),
                                   O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0666));
  if (!file.valid()) return SystemError(errno, "make a staged file");
  TARN_TRY(WriteAll(file.get(), *change.content));
  const timespec time = {change.file.modified_ns / 1'000'000'000, change.file.modified_ns % 1'000'000'000};
  const timespec times[] = {time, time};
  if (futimens(file.get(), times) != 0) return SystemError(errno, "set the time of a file");
  struct stat status;
  if (fstat(file.get(), &status) != 0) return SystemError(errno, "look at a staged file");
  return IdentityOf(status);
}

// A disk that failed while it was told to keep data may lose content that the index knows. An object without
// content must not stay: the log says that it is gone.
Status PendingChanges::DropLost(const PendingChange& change, const IndexedObject& object, bool current) {
  log::Failure("the content of a committed object is lost", {{"bucket", change.bucket}, {"key", change.key}});
  sqlite::Database& index = places_.index.writer();
  return index.Transact([&]() -> Status {
    TARN_TRY(current ? EraseObject(index, change.bucket, change.key) : EraseVersion(index, object.info));
    Event event{0, NewUlid(), current ? Event::Type::kObjectDeleted : Event::Type::kVersionDeleted, "lost", object.info,
                NewUlid(), writer_, Now(), ""};
    TARN_ASSIGN([[maybe_unused]] const int64_t sequence, AppendEvent(index, event));
    return Ok();
  });
}

Status PendingChanges::Retry(CommitLock& lock) {
  if (!unfinished_) return Ok();
  TARN_ASSIGN(const auto held, lock.Acquire());
  return SettleLeftovers();
}

size_t PendingChanges::unsynced() const {
  const std::lock_guard lock(mutex_);
  return carried_.size();
}

Status PendingChanges::Sync(CommitLock& lock) {
  std::vector<int64_t> carried;
  {
    const std::lock_guard guard(mutex_);
    carried.swap(carried_);
  }
  if (carried.empty()) return Ok();
  const auto sync = [&]() -> Status {
    Status synced = fault_ ? fault_("before_sync") : Ok();
    if (synced.ok()) synced = places_.tree.SyncFileSystem();
    if (!synced.ok()) {
      health_.Fail(synced.error().message());
      return synced;
    }
    if (fault_) TARN_TRY(fault_("synced"));
    TARN_ASSIGN(const auto held, lock.Acquire());
    return Forget(carried);
  };
  Status synced = sync();
  if (synced.ok()) return Ok();
  const std::lock_guard guard(mutex_);
  carried_.insert(carried_.begin(), carried.begin(), carried.end());
  return synced;
}

// Need not survive a crash, as carrying out twice does no harm: so it costs no fsync.
Status PendingChanges::Forget(const std::vector<int64_t>& ids) {
  sqlite::Database& index = places_.index.writer();
  TARN_TRY(index.Execute("PRAGMA synchronous=NORMAL"));
  Status forgotten = index.Transact([&]() -> Status {
    for (const int64_t id : ids) TARN_TRY(RemovePending(index, id));
    return Ok();
  });
  if (Status restored = index.Execute("PRAGMA synchronous=FULL"); forgotten.ok()) return restored;
  return forgotten;
}

}  // namespace tarn::object_store
