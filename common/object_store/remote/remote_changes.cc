#include "common/object_store/remote/remote_changes.h"

#include <unistd.h>

#include "common/object_store/object_table.h"
#include "common/object_store/remote/remote_table.h"

namespace tarn::object_store {

Status RemoteChanges::CarryOut(const std::vector<PendingChange>& changes) {
  for (const PendingChange& change : changes) {
    Status done = CarryOutOne(change);
    if (done.ok()) continue;
    behind_ = true;
    return done;
  }
  return Ok();
}

Status RemoteChanges::Settle(const std::string& bucket, const std::string& key) {
  std::vector<PendingChange> pending;
  {
    TARN_ASSIGN(auto connection, index_.Read());
    TARN_ASSIGN(pending, PendingOfKey(*connection, bucket, key));
  }
  return CarryOut(pending);
}

Status RemoteChanges::SettleAll() {
  behind_ = false;
  KeyLocks::Keys keys;
  {
    TARN_ASSIGN(auto connection, index_.Read());
    TARN_ASSIGN(const auto pending, PendingKeys(*connection));
    keys.insert(pending.begin(), pending.end());
  }
  Status all;
  for (const auto& [bucket, key] : keys) {
    TARN_ASSIGN(const auto held, keys_.TryAcquire(bucket, key));
    if (!held) continue;  // whoever holds it is at it
    Status settled = Settle(bucket, key);
    if (settled.ok()) continue;
    if (settled.error().retryable()) return settled;
    if (all.ok()) all = std::move(settled);
  }
  return all;
}

// The index says what is to be there; the change only says that it may not be there yet.
Status RemoteChanges::CarryOutOne(const PendingChange& change) {
  std::optional<IndexedObject> current;
  {
    TARN_ASSIGN(auto connection, index_.Read());
    TARN_ASSIGN(current, FindObject(*connection, change.bucket, change.key));
  }
  if (!current) {
    TARN_TRY(content_.Remove(change.bucket, change.key));
    return Forget(change, nullptr, "");
  }
  // A later put of the key is pending too, and brings its own content.
  if (current->info.version != change.version || change.workspace.empty()) return Forget(change, &current->info, "");
  TARN_ASSIGN(const std::string etag, content_.Put(current->info, StagedFile(change), change.content));
  return Forget(change, &current->info, etag);
}

Status RemoteChanges::Forget(const PendingChange& change, const ObjectInfo* object, const std::string& etag) {
  {
    TARN_ASSIGN(const auto held, lock_.Acquire());
    TARN_TRY(index_.writer().Transact([&]() -> Status {
      if (!object) TARN_TRY(EraseRemoteEtag(index_.writer(), change.bucket, change.key));
      if (object && !etag.empty()) TARN_TRY(StoreRemoteEtag(index_.writer(), *object, etag));
      return RemovePending(index_.writer(), change.id, change.version);
    }));
  }
  if (!change.workspace.empty()) ::unlink(StagedFile(change).c_str());
  return Ok();
}

}  // namespace tarn::object_store
