#include "common/object_store/local_object_store.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <chrono>
#include <system_error>
#include <utility>

#include "common/ids/ulid.h"
#include "common/object_store/change_check.h"
#include "common/object_store/event_table.h"
#include "common/object_store/file_reader.h"
#include "common/object_store/local_pin.h"
#include "common/object_store/local_store.h"
#include "common/object_store/names.h"
#include "common/object_store/object_table.h"
#include "common/object_store/staging.h"
#include "common/tracing/trace_context.h"

namespace tarn::object_store {
namespace {

constexpr std::chrono::hours kTokensKept{30 * 24};

Status SyncDirectory(const std::filesystem::path& path) {
  const FileDescriptor directory(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory.valid()) return SystemError(errno, "open the store's directory");
  return Sync(directory, "the store's directory");
}

}  // namespace

Result<std::unique_ptr<VersionedStore>> OpenLocalStore(const LocalStoreOptions& options) {
  return LocalObjectStore::Open(options);
}

Result<LocalObjectStore::Parts> LocalObjectStore::OpenParts(const std::filesystem::path& root) {
  const auto internal = root / ".tarn";
  std::error_code failed;
  std::filesystem::create_directories(internal / "workspaces", failed);
  std::filesystem::create_directories(internal / "uploads", failed);  // before the syncs below: parts must not lose their way
  if (failed) return Error(Code::kUnavailable, "the object store's directory cannot be made: " + root.string());
  // The lake is for everyone on the machine, the index and what is not committed yet are not.
  std::filesystem::permissions(internal, std::filesystem::perms::owner_all, failed);
  TARN_ASSIGN(BucketTree tree, BucketTree::Open(root));
  TARN_ASSIGN(VersionFiles versions, VersionFiles::Open(internal / "versions"));
  for (const auto& directory : {root.parent_path(), root, internal}) TARN_TRY(SyncDirectory(directory));
  TARN_ASSIGN(auto lock, CommitLock::Open(internal / "commit.lock"));
  TARN_ASSIGN(const auto held, lock->Acquire());
  TARN_ASSIGN(auto index, Index::Open(internal / "index.db"));
  return Parts{std::move(tree), std::move(versions), std::move(lock), std::move(index), internal};
}

Result<std::unique_ptr<VersionedStore>> LocalObjectStore::Open(const LocalStoreOptions& options) {
  std::error_code failed;
  const auto root = std::filesystem::absolute(options.root, failed).lexically_normal();
  if (failed) return Error(Code::kUnavailable, "the object store's directory cannot be found: " + options.root.string());
  TARN_ASSIGN(Parts parts, OpenParts(root));
  std::unique_ptr<LocalObjectStore> store(new LocalObjectStore(std::move(parts), options));
  TARN_TRY(store->TakeOver());
  return std::unique_ptr<VersionedStore>(std::move(store));
}

LocalObjectStore::LocalObjectStore(Parts parts, const LocalStoreOptions& options)
    : tree_(std::move(parts.tree)),
      versions_(std::move(parts.versions)),
      lock_(std::move(parts.lock)),
      index_(std::move(parts.index)),
      internal_(std::move(parts.internal)),
      writer_(options.writer),
      fault_(options.fault),
      pending_({*index_, tree_, versions_, internal_ / "workspaces"}, writer_, health_, fault_),
      files_(*index_, tree_, versions_, *lock_, pending_, internal_ / "workspaces") {}

LocalObjectStore::~LocalObjectStore() = default;

Status LocalObjectStore::TakeOver() {
  const auto workspaces = internal_ / "workspaces";
  {
    TARN_ASSIGN(const auto held, lock_->Acquire());
    TARN_ASSIGN(workspace_, Workspace::Create(workspaces));
    pending_.SetWorkspace(workspace_.get());
    TARN_TRY(pending_.SettleLeftovers());
  }
  TARN_TRY(pending_.Sync(*lock_));
  TARN_ASSIGN(const auto held, lock_->Acquire());
  TARN_ASSIGN(const auto needed, PendingWorkspaces(index_->writer()));
  SweepDeadWorkspaces(workspaces, needed);
  committer_ = std::make_unique<Committer>(*index_, tree_, *workspace_, *lock_, pending_, health_, fault_);
  uploads_ = std::make_unique<Uploads>(Uploads::Places{*index_, *committer_, workspace_, internal_ / "uploads", writer_});
  TARN_TRY(uploads_->Open());
  sync_ = std::make_unique<BackgroundSync>(pending_, *lock_, *index_);
  return Ok();
}

Status LocalObjectStore::CheckBucket(const std::string& bucket) const {
  TARN_TRY(CheckBucketName(bucket));
  TARN_ASSIGN([[maybe_unused]] const FileDescriptor directory, tree_.OpenBucket(bucket));
  return Ok();
}

Status LocalObjectStore::Record(std::function<Status(Recorder&)> work) {
  CommitRequest request;
  request.writer = writer_;
  request.traceparent = TraceContext::Current().Traceparent();
  request.then = std::move(work);
  TARN_ASSIGN(const CommitResult result, committer_->Commit(request));
  Announce(result.last_sequence);
  return Ok();
}

Status LocalObjectStore::EnsureBucket(const std::string& bucket) {
  TARN_TRY(CheckBucketName(bucket));
  if (tree_.OpenBucket(bucket).ok()) return Ok();
  Status created = CreateBucket(bucket);
  if (!created.ok() && created.error().code() == Code::kConflict && tree_.OpenBucket(bucket).ok()) return Ok();
  return created;
}

Result<std::vector<std::string>> LocalObjectStore::ListBuckets() { return tree_.Buckets(); }

Result<std::unique_ptr<StagingWriter>> LocalObjectStore::Stage() { return StageNew(workspace_); }

Result<std::unique_ptr<StagedObject>> LocalObjectStore::StageFile(const std::filesystem::path& file) {
  return StageExisting(workspace_, file);
}

Result<std::shared_ptr<const std::filesystem::path>> LocalObjectStore::ScratchDirectory() {
  const auto path = workspace_->scratch() / NewUlid();
  std::error_code failed;
  if (!std::filesystem::create_directory(path, failed)) return SystemError(failed.value(), "make a scratch directory");
  const auto remove = [workspace = workspace_](const std::filesystem::path* directory) {
    std::error_code ignored;
    std::filesystem::remove_all(*directory, ignored);
    delete directory;
  };
  return std::shared_ptr<const std::filesystem::path>(new std::filesystem::path(path), remove);
}

Result<CommitResult> LocalObjectStore::Commit(std::vector<Change> changes, const CommitOptions& options) {
  TARN_TRY(CheckChanges(changes, options, *workspace_));
  CommitRequest request{std::move(changes), options.token, options.traceparent, writer_, nullptr};
  if (request.traceparent.empty()) request.traceparent = TraceContext::Current().Traceparent();
  if (request.traceparent.size() > kMaxTextBytes) request.traceparent.clear();
  TARN_ASSIGN(CommitResult result, committer_->Commit(request));
  if (!result.repeated) Announce(result.last_sequence);
  sync_->Throttle();
  return result;
}

Result<ObjectInfo> LocalObjectStore::Head(const std::string& bucket, const std::string& key) {
  TARN_TRY(CheckNames(bucket, key));
  TARN_ASSIGN(auto connection, index_->Read());
  TARN_ASSIGN(IndexedObject object, FindIndexed(*connection, bucket, key, ""));
  return std::move(object.info);
}

Result<std::unique_ptr<ObjectReader>> LocalObjectStore::Get(const std::string& bucket, const std::string& key,
                                                            std::optional<ByteRange> range) {
  TARN_TRY(CheckNames(bucket, key));
  TARN_ASSIGN(OpenObject object, files_.Open(bucket, key));
  return ReadObjectFile(std::move(object), range);
}

Result<ListPage> LocalObjectStore::List(const ListRequest& request) {
  TARN_TRY(CheckBucketName(request.bucket));
  TARN_ASSIGN([[maybe_unused]] const FileDescriptor bucket, tree_.OpenBucket(request.bucket));
  TARN_ASSIGN(auto connection, index_->Read());
  return ListObjects(*connection, request);
}

Result<std::unique_ptr<Pin>> LocalObjectStore::PinFiles(const std::vector<ObjectVersion>& objects) {
  for (const ObjectVersion& object : objects) TARN_TRY(CheckNames(object.bucket, object.key));
  return PinObjectFiles(files_, workspace_, objects);
}

Result<EventPage> LocalObjectStore::ReadEvents(int64_t after_sequence, const EventFilter& filter, int64_t limit) {
  TARN_ASSIGN(auto connection, index_->Read());
  return ReadEventLog(*connection, after_sequence, filter, limit);
}

Result<int64_t> LocalObjectStore::TrimEvents(int64_t up_to_sequence, int64_t limit) {
  TARN_ASSIGN(const auto held, lock_->Acquire());
  int64_t removed = 0;
  TARN_TRY(index_->writer().Transact([&]() -> Status {
    TARN_TRY(ForgetTokens(index_->writer(), Now() - kTokensKept));  // they keep the events that they answer with
    TARN_ASSIGN(removed, TrimEventLog(index_->writer(), up_to_sequence, limit));
    return Ok();
  }));
  return removed;
}

Result<int64_t> LocalObjectStore::LastSequence() {
  TARN_ASSIGN(auto connection, index_->Read());
  return LastEventSequence(*connection);
}

void LocalObjectStore::OnCommit(std::function<void(int64_t last_sequence)> listener) {
  const std::lock_guard lock(listeners_mutex_);
  listeners_.push_back(std::move(listener));
}

void LocalObjectStore::Announce(int64_t last_sequence) {
  const std::lock_guard lock(listeners_mutex_);
  for (const auto& listener : listeners_) listener(last_sequence);
}

}  // namespace tarn::object_store
