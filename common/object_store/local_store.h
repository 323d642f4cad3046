#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "common/object_store/background_sync.h"
#include "common/object_store/bucket_tree.h"
#include "common/object_store/commit_lock.h"
#include "common/object_store/committer.h"
#include "common/object_store/index.h"
#include "common/object_store/local_object_store.h"
#include "common/object_store/object_files.h"
#include "common/object_store/pending_changes.h"
#include "common/object_store/store_health.h"
#include "common/object_store/uploads.h"
#include "common/object_store/version_files.h"
#include "common/object_store/versioned_store.h"
#include "common/object_store/workspace.h"

namespace tarn::object_store {

/// The object store in a directory: see local_object_store.h.
class LocalObjectStore final : public VersionedStore {
 public:
  static Result<std::unique_ptr<VersionedStore>> Open(const LocalStoreOptions& options);
  ~LocalObjectStore() override;

  // ObjectStore
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
  Result<int64_t> TrimEvents(int64_t up_to_sequence, int64_t limit) override;
  Result<int64_t> LastSequence() override;
  void OnCommit(std::function<void(int64_t last_sequence)> listener) override;
  Status Health() override { return health_.Check(); }

  // VersionedStore
  Status CreateBucket(const std::string& bucket) override;
  Status DeleteBucket(const std::string& bucket) override;
  Result<BucketInfo> DescribeBucket(const std::string& bucket) override;
  Status SetVersioning(const std::string& bucket, Versioning versioning) override;
  Result<std::optional<std::string>> BucketDocument(const std::string& bucket, const std::string& name) override;
  Status SetBucketDocument(const std::string& bucket, const std::string& name,
                           const std::optional<std::string>& document) override;
  Result<ObjectInfo> HeadVersion(const std::string& bucket, const std::string& key, const VersionId& version) override;
  Result<std::unique_ptr<ObjectReader>> GetVersion(const std::string& bucket, const std::string& key,
                                                   const VersionId& version, std::optional<ByteRange> range) override;
  Result<VersionPage> ListVersions(const VersionListRequest& request) override;
  Result<std::optional<ObjectInfo>> LatestVersion(const std::string& bucket, const std::string& key) override;
  Result<DeleteResult> DeleteVersion(const std::string& bucket, const std::string& key, const VersionId& version,
                                     const std::string& operation) override;
  Result<ObjectInfo> SetTags(const std::string& bucket, const std::string& key, const VersionId& version,
                             const std::map<std::string, std::string>& tags) override;
  Status SetReplicationStatus(const std::string& bucket, const std::string& key, const VersionId& version,
                              const std::string& status) override;
  Result<Upload> CreateUpload(const std::string& bucket, const std::string& key, const PutOptions& options,
                              const std::string& checksum_algorithm, bool full_object_checksum) override;
  Result<Upload> GetUpload(const std::string& bucket, const std::string& key, const std::string& id) override;
  Result<UploadPart> AddPart(const Upload& upload, int number, std::unique_ptr<StagedObject> content,
                             const std::map<std::string, std::string>& checksums) override;
  Result<std::vector<UploadPart>> ListParts(const Upload& upload, int after_number, int64_t limit) override;
  Result<std::vector<Upload>> ListUploads(const UploadListRequest& request) override;
  Result<ObjectInfo> CompleteUpload(const Upload& upload, const std::vector<CompletedPart>& parts,
                                    const CompleteOptions& options) override;
  Result<std::optional<ObjectInfo>> CompletedObject(const std::string& bucket, const std::string& key,
                                                    const std::string& id,
                                                    const std::vector<CompletedPart>& parts) override;
  Status AbortUpload(const Upload& upload) override;

  /// For the search for foreign files and the check of the store.
  BucketTree& tree() { return tree_; }
  VersionFiles& versions() { return versions_; }
  Index& index() { return *index_; }
  CommitLock& lock() { return *lock_; }
  PendingChanges& pending() { return pending_; }
  const std::string& writer() const { return writer_; }
  const std::filesystem::path& internal() const { return internal_; }
  void Announce(int64_t last_sequence);

 private:
  struct Parts {
    BucketTree tree;
    VersionFiles versions;
    std::unique_ptr<CommitLock> lock;
    std::unique_ptr<Index> index;
    std::filesystem::path internal;  ///< `.tarn`
  };
  LocalObjectStore(Parts parts, const LocalStoreOptions& options);

  static Result<Parts> OpenParts(const std::filesystem::path& root);
  /// Settles and sweeps what the dead left, then starts to work.
  Status TakeOver();
  /// Commits a change that is more, or other, than puts and deletes.
  Status Record(std::function<Status(Recorder&)> work);
  Status CheckBucket(const std::string& bucket) const;
  Result<ObjectInfo> ChangeAttributes(const std::string& bucket, const std::string& key, const VersionId& version,
                                      const std::function<void(ObjectAttributes&)>& change);

  BucketTree tree_;
  VersionFiles versions_;
  std::unique_ptr<CommitLock> lock_;
  std::unique_ptr<Index> index_;
  std::filesystem::path internal_;
  std::string writer_;
  FaultHook fault_;
  StoreHealth health_;
  PendingChanges pending_;
  ObjectFiles files_;
  std::shared_ptr<Workspace> workspace_;
  std::unique_ptr<Committer> committer_;  // needs the workspace
  std::unique_ptr<Uploads> uploads_;
  std::unique_ptr<BackgroundSync> sync_;

  std::mutex listeners_mutex_;
  std::vector<std::function<void(int64_t)>> listeners_;
};

}  // namespace tarn::object_store
