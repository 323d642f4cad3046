#include "common/object_store/committer.h"

#include <algorithm>

#include "common/object_store/staging.h"

namespace tarn::object_store {
namespace {

constexpr size_t kMaxBatch = 64;

}  // namespace

// The commit point is the index transaction. Before it: the content and the names of the staged files are durable.
// With it: objects, events, the token and the file moves still to be made are durable, all or nothing. After it: the
// files are moved into place and their directories made durable, then the caller is told. Dying anywhere before the
// transaction leaves nothing but staged files, which are swept; dying anywhere after it leaves moves, which the
// next holder of the lock carries out before anything else. Readers know an object's file by its inode, so until it
// is in place they take it from staging.
//
// The commit lock is held from the check of the conditions until the files are in place. SQLite's own lock would end
// with the transaction, and two processes could then move files to one key in the wrong order.
Result<CommitResult> Committer::Commit(CommitRequest& request) {
  Waiting mine{&request, std::nullopt};
  std::unique_lock lock(mutex_);
  queue_.push_back(&mine);
  for (;;) {
    turn_.wait(lock, [&] { return mine.done || !committing_; });
    if (mine.done) return *std::move(mine.outcome);
    committing_ = true;
    const auto end = queue_.begin() + static_cast<std::ptrdiff_t>(std::min(queue_.size(), kMaxBatch));
    const std::vector<Waiting*> batch(queue_.begin(), end);
    queue_.erase(queue_.begin(), end);
    lock.unlock();
    CommitBatch(batch);
    lock.lock();
    for (Waiting* waiting : batch) waiting->done = true;
    committing_ = false;
    turn_.notify_all();
  }
}

void Committer::CommitBatch(const std::vector<Waiting*>& batch) {
  ChangedDirectories changed;
  std::vector<PendingChange> pending;
  const auto commit = [&]() -> Status {
    TARN_ASSIGN(const auto held, lock_.Acquire());
    TARN_TRY(pending_.SettleLeftovers());
    TARN_TRY(Sync(workspace_.staging_directory(), "the staging directory"));
    if (fault_) TARN_TRY(fault_("staged"));
    if (Status recorded = Record(batch, changed, pending); !recorded.ok()) {
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
    if (fault_) TARN_TRY(fault_("recorded"));
    TARN_TRY(changed.Sync());
    return pending_.CarryOut(pending);
  };
  if (Status committed = commit(); !committed.ok()) {
    for (Waiting* waiting : batch) {
      if (!waiting->outcome || waiting->outcome->ok()) waiting->outcome = committed.error();
    }
  }
}

Status Committer::Record(const std::vector<Waiting*>& batch, ChangedDirectories& changed,
                         std::vector<PendingChange>& pending) {
  return index_.writer().Transact([&]() -> Status {
    for (Waiting* waiting : batch) TARN_TRY(RecordOne(*waiting, changed, pending));
    return fault_ ? fault_("before_record") : Ok();
  });
}

// A commit that fails takes nothing of the others' with it.
Status Committer::RecordOne(Waiting& waiting, ChangedDirectories& changed, std::vector<PendingChange>& pending) {
  sqlite::Database& index = index_.writer();
  TARN_TRY(index.Execute("SAVEPOINT one_commit"));
  auto record = RecordCommit(index, tree_, changed, *waiting.request);
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
