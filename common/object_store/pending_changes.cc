#include "common/object_store/pending_changes.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "common/ids/ulid.h"
#include "common/logging/log.h"
#include "common/object_store/event_table.h"
#include "common/object_store/object_table.h"
#include "common/object_store/version_table.h"

namespace tarn::object_store {
namespace {

bool Holds(const FileDescriptor& file, const std::string& content) {
  // From the disk: the page cache may hold what a failed write did not keep.
  posix_fadvise(file.get(), 0, 0, POSIX_FADV_DONTNEED);
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
  CarryOutInOrder(changes, false);
  return Ok();
}

// A key's changes build on each other: to keep an old version, its file must still be there.
void PendingChanges::CarryOutInOrder(const std::vector<PendingChange>& changes, bool verify) {
  std::vector<PendingChange> failed;
  for (const PendingChange& change : changes) {
    Status carried = fault_ ? fault_("before_move") : Ok();
    if (carried.ok() && stuck_.contains({change.bucket, change.key})) {
      carried = Error(Code::kUnavailable, "an earlier change of the same key waits too");
    }
    if (carried.ok()) carried = Settle(change, verify);
    if (carried.ok()) {
      const std::lock_guard lock(mutex_);
      const Carried done{change.id, change.version};
      if (!verify || std::find(carried_.begin(), carried_.end(), done) == carried_.end()) carried_.push_back(done);
      continue;
    }
    failed.push_back(change);
    stuck_.emplace(change.bucket, change.key);
    log::Failure("a committed change waits for its file to be moved",
                 {{"bucket", change.bucket}, {"key", change.key}, {"reason", carried.error()}});
  }
  LeaveForLater(failed);
}

void PendingChanges::LeaveForLater(const std::vector<PendingChange>& changes) {
  for (const PendingChange& change : changes) {
    const int64_t first = first_unfinished_;
    if (first == 0 || change.id < first) first_unfinished_ = change.id;
  }
}

Status PendingChanges::SettleLeftovers() {
  if (const int64_t first = first_unfinished_.exchange(0); first > 0) {
    stuck_.clear();
    TARN_TRY(SettleOwners({workspace_->id()}, first, false));
  }
  TARN_ASSIGN(const bool news, OthersCommitted());
  if (!news) return Ok();
  TARN_ASSIGN(const auto owners, PendingOwners(places_.index.writer()));
  std::set<std::string> dead;
  for (const std::string& owner : owners) {
    if (owner != workspace_->id() && IsDead(owner)) dead.insert(owner);
  }
  return dead.empty() ? Ok() : SettleOwners(dead, 0, true);
}

Status PendingChanges::SettleOwners(const std::set<std::string>& owners, int64_t first_id, bool verify) {
  constexpr int64_t kPage = 256;  // each may hold its content
  for (int64_t next = first_id;;) {
    TARN_ASSIGN(auto page, ListPending(places_.index.writer(), next, kPage));
    if (page.empty()) return Ok();
    next = page.back().id + 1;
    std::erase_if(page, [&](const PendingChange& change) {
      const std::lock_guard lock(mutex_);
      return !owners.contains(change.owner) ||
             std::find(carried_.begin(), carried_.end(), Carried{change.id, change.version}) != carried_.end();
    });
    CarryOutInOrder(page, verify);
  }
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
  return file.valid() ? flock(file.get(), LOCK_EX | LOCK_NB) == 0 : errno == ENOENT;
}

Status PendingChanges::Settle(const PendingChange& change, bool verify) {
  sqlite::Database& index = places_.index.writer();
  TARN_ASSIGN(const auto current, FindObject(index, change.bucket, change.key));
  if (current && current->info.version == change.version) return PlaceCurrent(change, *current, verify);
  TARN_ASSIGN(const auto version, FindVersion(index, change.bucket, change.key, change.version));
  // What stands at a key that has a current object is that object's affair: inodes are used again.
  if (!version) return RemoveGone(change, verify && !current);
  TARN_TRY(PlaceVersion(change, *version, verify));
  // A later object of the key takes the file's place by itself.
  return current ? Ok() : places_.tree.Remove(change.bucket, change.key, version->file, verify);
}

Status PendingChanges::PlaceCurrent(const PendingChange& change, const IndexedObject& object, bool verify) {
  TARN_ASSIGN(const auto in_place, places_.tree.Open(change.bucket, change.key));
  if (in_place && IsRight(change, in_place->file, object.file, verify)) return Ok();
  TARN_ASSIGN(const FileDescriptor staged, OpenStaged(change, verify));
  if (staged.valid()) {
    const auto staging = places_.workspaces / change.workspace / "staging";
    const FileDescriptor directory(open(staging.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!directory.valid()) return SystemError(errno, "open a staging directory");
    return places_.tree.MoveIn(directory.get(), change.staged_name, change.bucket, change.key);
  }
  TARN_ASSIGN(const FileDescriptor kept, places_.versions.OpenFile(change.version));
  if (IsRight(change, kept, object.file, verify)) {
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
  TARN_ASSIGN(const auto put, PutOf(change, object.info));
  if (put) return PlaceCurrent(*put, object, verify);
  // Moved by an earlier try, whatever other programs did to the file since then.
  return in_place ? Ok() : DropLost(change, object, true);
}

Status PendingChanges::PlaceVersion(const PendingChange& change, const IndexedObject& version, bool verify) {
  TARN_ASSIGN(const FileDescriptor kept, places_.versions.OpenFile(change.version));
  if (IsRight(change, kept, version.file, verify)) return Ok();
  TARN_ASSIGN(const FileDescriptor staged, OpenStaged(change, verify));
  if (staged.valid()) {
    TARN_TRY(places_.versions.Link(staged, change.version));
    unlink((places_.workspaces / StagedPath(change)).c_str());
    return Ok();
  }
  TARN_ASSIGN(const auto in_place, places_.tree.Open(change.bucket, change.key));
  if (in_place && IsRight(change, in_place->file, version.file, verify)) {
    return places_.versions.Link(in_place->file, change.version);
  }
  if (!change.content) {
    TARN_ASSIGN(const auto put, PutOf(change, version.info));
    return put ? PlaceVersion(*put, version, verify) : DropLost(change, version, false);
  }
  IndexedObject anew = version;
  TARN_ASSIGN(anew.file, WriteAnew(change));
  TARN_TRY(UpdateVersion(places_.index.writer(), anew));
  TARN_ASSIGN(const FileDescriptor directory, places_.versions.DirectoryOf(change.version));
  const auto& staging = workspace_->staging_directory();
  if (renameat(staging.get(), change.version.c_str(), directory.get(), change.version.c_str()) == 0) return Ok();
  return SystemError(errno, "move an old version into place");
}

// A change that keeps or restores a version does not say where its content is, as long as the put that brought it
// is recorded, which may be another owner's.
Result<std::optional<PendingChange>> PendingChanges::PutOf(const PendingChange& change, const ObjectInfo& object) {
  if (!change.workspace.empty()) return std::optional<PendingChange>();
  return FindPendingPut(places_.index.writer(), object);
}

Status PendingChanges::RemoveGone(const PendingChange& change, bool verify) {
  if (!change.workspace.empty()) unlink((places_.workspaces / StagedPath(change)).c_str());
  TARN_TRY(places_.versions.Remove(change.version));
  Status removed = places_.tree.Remove(change.bucket, change.key, change.file, verify);
  if (!removed.ok() && removed.error().code() == Code::kNotFound) return Ok();  // with its bucket
  return removed;
}

Result<FileDescriptor> PendingChanges::OpenStaged(const PendingChange& change, bool verify) const {
  if (change.workspace.empty()) return FileDescriptor();
  FileDescriptor file(open((places_.workspaces / StagedPath(change)).c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!file.valid() && errno != ENOENT && errno != ELOOP) return SystemError(errno, "open a staged file");
  return IsRight(change, file, change.file, verify) ? std::move(file) : FileDescriptor();
}

Result<bool> PendingChanges::WillChange(const std::string& bucket, const std::string& key,
                                        const std::optional<FileIdentity>& in_place, const std::string& current_version) {
  TARN_ASSIGN(const auto changes, PendingOfKey(places_.index.writer(), bucket, key));
  for (const PendingChange& change : changes) {
    if (in_place && *in_place == change.file && change.version != current_version) return true;
    TARN_ASSIGN(const FileDescriptor staged, OpenStaged(change, false));
    if (staged.valid()) return true;
  }
  return false;
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
  if (first_unfinished_ == 0) return Ok();
  TARN_ASSIGN(const auto held, lock.Acquire());
  return SettleLeftovers();
}

size_t PendingChanges::unsynced() const {
  const std::lock_guard lock(mutex_);
  return carried_.size();
}

Status PendingChanges::Sync(CommitLock& lock) {
  // After one failure the kernel reports none for what it has dropped: the changes must stay recorded.
  TARN_TRY(health_.Check());
  std::vector<Carried> carried;
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
Status PendingChanges::Forget(const std::vector<Carried>& carried) {
  sqlite::Database& index = places_.index.writer();
  TARN_TRY(index.Execute("PRAGMA synchronous=NORMAL"));
  Status forgotten = index.Transact([&]() -> Status {
    for (const Carried& change : carried) TARN_TRY(RemovePending(index, change.id, change.version));
    return Ok();
  });
  if (Status restored = index.Execute("PRAGMA synchronous=FULL"); forgotten.ok()) return restored;
  return forgotten;
}

}  // namespace tarn::object_store
