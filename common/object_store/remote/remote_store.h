#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "common/http_client/http_client.h"
#include "common/object_store/commit_lock.h"
#include "common/object_store/index.h"
#include "common/object_store/recorder.h"
#include "common/object_store/remote/key_locks.h"
#include "common/object_store/remote/remote_changes.h"
#include "common/object_store/remote/remote_content.h"
#include "common/object_store/remote/remote_object_store.h"
#include "common/object_store/workspace.h"

namespace tarn::object_store {

/// The object store at an S3-compatible endpoint: see remote_object_store.h.
class RemoteObjectStore final : public ObjectStore {
 public:
  static Result<std::unique_ptr<RemoteObjectStore>> Open(const RemoteStoreOptions& options);
  ~RemoteObjectStore() override;

  Status EnsureBucket(const std::string& bucket) override;
  Result<std::vector<std::string>> ListBuckets() override;
  Result<std::unique_ptr<StagingWriter>> Stage() override;
  Result<std::unique_ptr<StagedObject>> StageFile(const std::filesystem::path& file) override;
  Result<std::shared_ptr<const std::filesystem::path>> ScratchDirectory() override;
  Result<CommitResult> Commit(std::vector<Change> changes, const CommitOptions& options) override;
  Result<ObjectInfo> Head(const std::string& bucket, const std::string& key) override;
  Result<std::unique_ptr<ObjectReader>> Get(const std::string& bucket, const std::string& key,
                                            std::optional<ByteRange> range) override;
  Result<ListPage> List(const ListRequest& request) override;
  Result<std::unique_ptr<Pin>> PinFiles(const std::vector<ObjectVersion>& objects) override;
  Result<EventPage> ReadEvents(int64_t after_sequence, const EventFilter& filter, int64_t limit) override;
  Result<int64_t> LastSequence() override;
  void OnCommit(std::function<void(int64_t last_sequence)> listener) override;
  /// Errors: kUnavailable while so much waits for the endpoint to come back that the store takes no more writes.
  Status Health() override;

  /// For the search for foreign objects.
  Index& index() { return *index_; }
  CommitLock& lock() { return *lock_; }
  const KeyLocks& keys() const { return keys_; }
  RemoteContent& content() { return content_; }
  const std::string& writer() const { return writer_; }
  void Announce(int64_t last_sequence);

 private:
  RemoteObjectStore(std::string writer, std::filesystem::path internal, KeyLocks keys, std::unique_ptr<CommitLock> lock,
                    std::unique_ptr<Index> index, std::shared_ptr<Workspace> workspace,
                    std::unique_ptr<http_client::HttpClient> http, std::unique_ptr<s3_client::Client> client,
                    const std::string& prefix);

  Status CheckBucket(const std::string& bucket);
  Result<CommitRecord> Record(const CommitRequest& request);
  /// Opens an object's content, of `version` if that is not empty. Errors: kNotFound, also for another version.
  Result<std::unique_ptr<ObjectReader>> OpenContent(const std::string& bucket, const std::string& key,
                                                    const std::string& version, std::optional<ByteRange> range);
  /// Nothing: look again, the index has changed meanwhile or will.
  Result<std::unique_ptr<ObjectReader>> TryOpen(const ObjectInfo& object, const ByteRange& range,
                                                sqlite::Database& index);

  const std::string writer_;
  const std::filesystem::path internal_;
  const KeyLocks keys_;
  const std::unique_ptr<CommitLock> lock_;
  const std::unique_ptr<Index> index_;
  const std::shared_ptr<Workspace> workspace_;
  const std::unique_ptr<http_client::HttpClient> http_;
  RemoteContent content_;
  RemoteChanges changes_;

  std::mutex listeners_mutex_;
  std::vector<std::function<void(int64_t)>> listeners_;
  std::jthread settling_;  // last: uses the above
};

}  // namespace tarn::object_store
