#include "common/object_store/committer.h"

#include <algorithm>

#include "common/object_store/staging.h"

namespace tarn::object_store {
namespace {

constexpr size_t kMaxBatch = 64;

}  // namespace

// The commit point is the index transaction, and its fsync the only one that a commit of small objects waits for.
// Before it: large content and the names of its staged files are durable. With it: objects, events, the token, the file
// changes still to be made, and the content of small objects are durable, all or nothing. After it: the files are
// moved into place, then the caller is told. That need not be durable yet: the changes stay recorded until the next
// sync of the whole file system (PendingChanges::Sync). Dying anywhere before the transaction leaves nothing but staged
// files, which are swept; dying anywhere after it leaves changes, which the next holder of the lock carries out
// before anything else. Readers know an object's file by its inode, so until it is in place they take it from staging.
//
// The commit lock is held from the check of the conditions until the files are in place. SQLite's own lock would end
// with the transaction, and two processes could then move files to one key in the wrong order.
Result<CommitResult> Committer::Commit(CommitRequest& request) {
  Waiting mine{&request, std::nullopt};
  std::unique_lock lock(mutex_);
  queue_.push_back(&mine);
  // Who is first in the queue commits for those behind as well.
  mine.turn.wait(lock, [&] { return mine.done || (!committing_ && queue_.front() == &mine); });
  if (mine.done) return *std::move(mine.outcome);
  committing_ = true;
  const auto end = queue_.begin() + static_cast<std::ptrdiff_t>(std::min(queue_.size(), kMaxBatch));
  const std::vector<Waiting*> batch(queue_.begin(), end);
  queue_.erase(queue_.begin(), end);
  lock.unlock();
  CommitBatch(batch);
  lock.lock();
  committing_ = false;
  // Under the lock: what is done may be gone right after it.
  for (Waiting* waiting : batch) {
    waiting->done = true;
    if (waiting != &mine) waiting->turn.notify_one();
  }
  if (!queue_.empty()) queue_.front()->turn.notify_one();
  return *std::move(mine.outcome);
}

void Committer::CommitBatch(const std::vector<Waiting*>& batch) {
  std::vector<PendingChange> pending;
  const auto commit = [&]() -> Status {
    TARN_TRY(health_.Check());
    TARN_ASSIGN(const auto held, lock_.Acquire());
    TARN_TRY(pending_.SettleLeftovers());
    TARN_TRY(SyncStaging(batch));
    if (fault_) TARN_TRY(fault_("staged"));
    if (Status recorded = Record(batch, pending); !recorded.ok()) {
      for (const Waiting* waiting : batch) RemoveLeftDirectories(*waiting->request);
      return recorded;
    }
    for (const Waiting* waiting : batch) {
      if (!waiting->outcome->ok()) {
        RemoveLeftDirectories(*waiting->request);
      } else if (!waiting->outcome->value().repeated) {
        for (Change& change : waiting->request->changes) {
          if (change.content) static_cast<LocalStagedObject&>(*change.content).Release();
        }
      }
    }
    if (Status fault = fault_ ? fault_("recorded") : Ok(); !fault.ok()) {
      pending_.LeaveForLater(pending);
      return fault;
    }
    return pending_.CarryOut(pending);
  };
  if (Status committed = commit(); !committed.ok()) {
    for (Waiting* waiting : batch) {
      if (!waiting->outcome || waiting->outcome->ok()) waiting->outcome = committed.error();
    }
  }
}

// Small content is recorded with its commit, so only files of large content need their names kept.
Status Committer::SyncStaging(const std::vector<Waiting*>& batch) {
  const auto is_large = [](const Change& change) {
    return change.content && !static_cast<const LocalStagedObject&>(*change.content).content();
  };
  const bool needed = std::any_of(batch.begin(), batch.end(), [&](const Waiting* waiting) {
    return std::any_of(waiting->request->changes.begin(), waiting->request->changes.end(), is_large);
  });
  if (!needed) return Ok();
  Status synced = Sync(workspace_.staging_directory(), "the staging directory");
  if (!synced.ok()) health_.Fail(synced.error().message());
  return synced;
}

Status Committer::Record(const std::vector<Waiting*>& batch, std::vector<PendingChange>& pending) {
  Status recorded = index_.writer().Transact([&]() -> Status {
    for (Waiting* waiting : batch) TARN_TRY(RecordOne(*waiting, pending));
    return fault_ ? fault_("before_record") : Ok();
  });
  if (index_.writer().disk_failed()) health_.Fail("the index could not be written");
  return recorded;
}

// A commit that fails takes nothing of the others' with it.
Status Committer::RecordOne(Waiting& waiting, std::vector<PendingChange>& pending) {
  sqlite::Database& index = index_.writer();
  TARN_TRY(index.Execute("SAVEPOINT one_commit"));
  auto record = Recorder(index, &tree_, workspace_, *waiting.request).Run();
  if (!record.ok()) {
    // A full disk may have ended the whole transaction: then there is no savepoint, and nobody's commit stands.
    if (!index.Execute("ROLLBACK TO one_commit; RELEASE one_commit").ok()) return std::move(record).error();
    waiting.outcome = std::move(record).error();
    return Ok();
  }
  TARN_TRY(index.Execute("RELEASE one_commit"));
  pending.insert(pending.end(), record->pending.begin(), record->pending.end());
  waiting.outcome = std::move(record->result);
  return Ok();
}

void Committer::RemoveLeftDirectories(const CommitRequest& request) {
  for (const Change& change : request.changes) tree_.RemoveEmptyParents(change.bucket, change.key);
}

}  // namespace tarn::object_store
