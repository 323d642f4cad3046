#include "common/object_store/remote/remote_object_store.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <condition_variable>
#include <fstream>
#include <system_error>

#include "common/ids/ulid.h"
#include "common/logging/log.h"
#include "common/object_store/bucket_table.h"
#include "common/object_store/change_check.h"
#include "common/object_store/event_table.h"
#include "common/object_store/file_reader.h"
#include "common/object_store/names.h"
#include "common/object_store/object_files.h"
#include "common/object_store/object_table.h"
#include "common/object_store/pin_directory.h"
#include "common/object_store/remote/remote_reader.h"
#include "common/object_store/remote/remote_store.h"
#include "common/object_store/remote/remote_table.h"
#include "common/object_store/staging.h"
#include "common/tracing/trace_context.h"

namespace tarn::object_store {
namespace {

constexpr int64_t kMaxBacklog = 1000;  // changes that wait for the endpoint; more are refused
constexpr std::chrono::seconds kSettleInterval{2};

void Pause(const std::stop_token& stop, std::chrono::milliseconds limit) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_for(lock, stop, limit, [] { return false; });
}

}  // namespace

Result<std::unique_ptr<ObjectStore>> OpenRemoteStore(const RemoteStoreOptions& options) {
  TARN_ASSIGN(auto store, RemoteObjectStore::Open(options));
  return std::unique_ptr<ObjectStore>(std::move(store));
}

Result<std::unique_ptr<RemoteObjectStore>> RemoteObjectStore::Open(const RemoteStoreOptions& options) {
  auto http = std::make_unique<http_client::HttpClient>();
  TARN_ASSIGN(auto client, s3_client::Client::Make(options.s3, *http));
  // Better now than after the first commit: wrong keys, no such bucket.
  if (const Status there = client->HeadBucket(); !there.ok()) {
    if (!there.error().retryable()) return there.error();
    log::Warn("the S3 endpoint does not answer", {{"reason", there.error()}});
  }
  std::error_code failed;
  const auto root = std::filesystem::absolute(options.root, failed).lexically_normal();
  const auto internal = root / ".tarn";
  std::filesystem::create_directories(internal / "workspaces", failed);
  if (failed) return Error(Code::kUnavailable, "the object store's directory cannot be made: " + root.string());
  std::filesystem::permissions(internal, std::filesystem::perms::owner_all, failed);
  TARN_ASSIGN(KeyLocks keys, KeyLocks::Open(internal / "key_locks"));
  TARN_ASSIGN(auto lock, CommitLock::Open(internal / "commit.lock"));
  std::unique_ptr<Index> index;
  std::shared_ptr<Workspace> workspace;
  {
    TARN_ASSIGN(const auto held, lock->Acquire());
    TARN_ASSIGN(index, Index::Open(internal / "index.db"));
    TARN_TRY(MakeRemoteTable(index->writer()));
    TARN_ASSIGN(const auto needed, PendingWorkspaces(index->writer()));
    SweepDeadWorkspaces(internal / "workspaces", needed);
    TARN_ASSIGN(workspace, Workspace::Create(internal / "workspaces"));
  }
  return std::unique_ptr<RemoteObjectStore>(
      new RemoteObjectStore(options.writer, internal, std::move(keys), std::move(lock), std::move(index),
                            std::move(workspace), std::move(http), std::move(client), options.prefix));
}

RemoteObjectStore::RemoteObjectStore(std::string writer, std::filesystem::path internal, KeyLocks keys,
                                     std::unique_ptr<CommitLock> lock, std::unique_ptr<Index> index,
                                     std::shared_ptr<Workspace> workspace, std::unique_ptr<http_client::HttpClient> http,
                                     std::unique_ptr<s3_client::Client> client, const std::string& prefix)
    : writer_(std::move(writer)),
      internal_(std::move(internal)),
      keys_(std::move(keys)),
      lock_(std::move(lock)),
      index_(std::move(index)),
      workspace_(std::move(workspace)),
      http_(std::move(http)),
      content_(std::move(client), prefix),
      changes_(*index_, *lock_, keys_, content_, internal_ / "workspaces") {
  // Also what processes that died have recorded and not carried out.
  settling_ = std::jthread([this](std::stop_token stop) {
    while (!stop.stop_requested()) {
      if (const Status settled = changes_.SettleAll(); !settled.ok()) {
        log::Warn("content waits for the S3 endpoint", {{"reason", settled.error()}});
      }
      (void)index_->Checkpoint();
      Pause(stop, kSettleInterval);
    }
  });
}

RemoteObjectStore::~RemoteObjectStore() = default;

Status RemoteObjectStore::EnsureBucket(const std::string& bucket) {
  TARN_TRY(CheckBucketName(bucket));
  TARN_ASSIGN(const auto held, lock_->Acquire());
  return index_->writer().Transact([&]() -> Status {
    TARN_ASSIGN(const auto found, FindBucket(index_->writer(), bucket));
    return found ? Ok() : StoreBucket(index_->writer(), {bucket, Now(), Versioning::kOff});
  });
}

Result<std::vector<std::string>> RemoteObjectStore::ListBuckets() {
  TARN_ASSIGN(auto connection, index_->Read());
  TARN_ASSIGN(auto select, (*connection).Prepare("SELECT name FROM buckets ORDER BY name"));
  std::vector<std::string> buckets;
  for (;;) {
    TARN_ASSIGN(const bool found, select.Step());
    if (!found) return buckets;
    buckets.push_back(select.Text(0));
  }
}

Result<std::unique_ptr<StagingWriter>> RemoteObjectStore::Stage() { return StageNew(workspace_); }

Result<std::unique_ptr<StagedObject>> RemoteObjectStore::StageFile(const std::filesystem::path& file) {
  return StageExisting(workspace_, file);
}

Result<std::shared_ptr<const std::filesystem::path>> RemoteObjectStore::ScratchDirectory() {
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

// The commit point is the index transaction, as in the local store. The locks of the keys are held from before it until
// the content is at the endpoint, so that one key's changes arrive in their order while other keys' commits go on.
Result<CommitResult> RemoteObjectStore::Commit(std::vector<Change> changes, const CommitOptions& options) {
  TARN_TRY(CheckChanges(changes, options, *workspace_));
  TARN_TRY(Health());
  CommitRequest request{std::move(changes), options.token, options.traceparent, writer_, nullptr};
  if (request.traceparent.empty()) request.traceparent = TraceContext::Current().Traceparent();
  if (request.traceparent.size() > kMaxTextBytes) request.traceparent.clear();
  KeyLocks::Keys keys;
  for (const Change& change : request.changes) {
    TARN_TRY(content_.CheckLength(change.bucket, change.key));
    keys.emplace(change.bucket, change.key);
  }
  TARN_ASSIGN(const auto held, keys_.Acquire(keys));
  // Before anything is recorded on top of what an earlier commit could not bring there.
  for (const auto& [bucket, key] : keys) TARN_TRY(changes_.Settle(bucket, key));

  TARN_ASSIGN(CommitRecord record, Record(request));
  if (record.result.repeated) return std::move(record.result);
  for (Change& change : request.changes) {
    if (change.content) static_cast<LocalStagedObject&>(*change.content).Release();
  }
  // The commit is durable here and visible to all, so its caller is told of success; it is sent again and again.
  if (const Status sent = changes_.CarryOut(record.pending); !sent.ok()) {
    log::Warn("committed content waits for the S3 endpoint", {{"reason", sent.error()}});
  }
  Announce(record.result.last_sequence);
  return std::move(record.result);
}

Result<CommitRecord> RemoteObjectStore::Record(const CommitRequest& request) {
  const bool large = std::any_of(request.changes.begin(), request.changes.end(), [](const Change& change) {
    return change.content && !static_cast<const LocalStagedObject&>(*change.content).content();
  });
  if (large) TARN_TRY(Sync(workspace_->staging_directory(), "the staging directory"));
  TARN_ASSIGN(const auto held, lock_->Acquire());
  CommitRecord record;
  TARN_TRY(index_->writer().Transact([&]() -> Status {
    TARN_ASSIGN(record, Recorder(index_->writer(), nullptr, *workspace_, request).Run());
    return Ok();
  }));
  return record;
}

Status RemoteObjectStore::Health() {
  if (!changes_.behind()) return Ok();
  TARN_ASSIGN(auto connection, index_->Read());
  TARN_ASSIGN(const int64_t pending, CountPending(*connection));
  if (pending < kMaxBacklog) return Ok();
  return Error(Code::kUnavailable, "the S3 endpoint is away, and 1,000 changes wait for it already");
}

Result<ObjectInfo> RemoteObjectStore::Head(const std::string& bucket, const std::string& key) {
  TARN_TRY(CheckNames(bucket, key));
  TARN_ASSIGN(auto connection, index_->Read());
  TARN_ASSIGN(IndexedObject object, FindIndexed(*connection, bucket, key, ""));
  return std::move(object.info);
}

Result<std::unique_ptr<ObjectReader>> RemoteObjectStore::Get(const std::string& bucket, const std::string& key,
                                                             std::optional<ByteRange> range) {
  TARN_TRY(CheckNames(bucket, key));
  return OpenContent(bucket, key, "", range);
}

Result<std::unique_ptr<ObjectReader>> RemoteObjectStore::OpenContent(const std::string& bucket, const std::string& key,
                                                                     const std::string& version,
                                                                     std::optional<ByteRange> range) {
  constexpr int kTries = 8;
  for (int attempt = 0; attempt < kTries; ++attempt) {
    if (attempt > 1) Pause({}, std::chrono::milliseconds(5 << attempt));
    TARN_ASSIGN(auto connection, index_->Read());
    TARN_ASSIGN(const IndexedObject object, FindIndexed(*connection, bucket, key, ""));
    if (!version.empty() && object.info.version != version) {
      return Error(Code::kNotFound, "that version is gone or replaced: " + bucket + "/" + key);
    }
    TARN_ASSIGN(const ByteRange wanted, ClampRange(object.info, range));
    if (wanted.length == 0) return ReadMemory(object.info, "");
    TARN_ASSIGN(auto reader, TryOpen(object.info, wanted, *connection));
    if (reader) return reader;
  }
  return Error(Code::kUnavailable, "another program changed this object at the S3 endpoint, and the change is not "
                                   "indexed yet: " + bucket + "/" + key);
}

Result<std::unique_ptr<ObjectReader>> RemoteObjectStore::TryOpen(const ObjectInfo& object, const ByteRange& range,
                                                                 sqlite::Database& index) {
  std::unique_ptr<ObjectReader> none;
  TARN_ASSIGN(const auto pending, FindPendingPut(index, object));
  if (pending) {
    if (pending->content) return ReadMemory(object, pending->content->substr(range.offset, *range.length));
    FileDescriptor staged(open(changes_.StagedFile(*pending).c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
    if (!staged.valid()) return none;  // it has just been carried out
    return ReadObjectFile({object, std::move(staged)}, range);
  }
  TARN_ASSIGN(const auto etag, RemoteEtag(index, object));
  if (!etag) return none;
  const bool whole = range.offset == 0 && range.length == object.size_bytes;
  auto stream = content_.Open(object, *etag, whole ? std::nullopt : std::optional(range));
  if (stream.ok()) return ReadStream(object, *std::move(stream));
  const Code code = stream.error().code();
  if (code == Code::kNotFound || code == Code::kPreconditionFailed) return none;
  return stream.error();
}

Result<ListPage> RemoteObjectStore::List(const ListRequest& request) {
  TARN_TRY(CheckBucket(request.bucket));
  TARN_ASSIGN(auto connection, index_->Read());
  return ListObjects(*connection, request);
}

Status RemoteObjectStore::CheckBucket(const std::string& bucket) {
  TARN_TRY(CheckBucketName(bucket));
  TARN_ASSIGN(auto connection, index_->Read());
  TARN_ASSIGN(const auto found, FindBucket(*connection, bucket));
  return found ? Ok() : Status(Error(Code::kNotFound, "there is no such bucket: " + bucket));
}

Result<std::unique_ptr<Pin>> RemoteObjectStore::PinFiles(const std::vector<ObjectVersion>& objects) {
  for (const ObjectVersion& object : objects) TARN_TRY(CheckNames(object.bucket, object.key));
  TARN_ASSIGN(auto pin, PinDirectory::Make(workspace_));
  std::string buffer(256 * 1024, '\0');
  for (const ObjectVersion& object : objects) {
    TARN_ASSIGN(const auto reader, OpenContent(object.bucket, object.key, object.version, std::nullopt));
    const auto path = pin->Next(object.key);
    const FileDescriptor file(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
    if (!file.valid()) return SystemError(errno, "make a pinned file");
    for (;;) {
      TARN_ASSIGN(const size_t count, reader->Read(buffer.data(), buffer.size()));
      if (count == 0) break;
      TARN_TRY(WriteAll(file.get(), std::string_view(buffer.data(), count)));
    }
    pin->Add(path);
  }
  return std::unique_ptr<Pin>(std::move(pin));
}

Result<EventPage> RemoteObjectStore::ReadEvents(int64_t after_sequence, const EventFilter& filter, int64_t limit) {
  TARN_ASSIGN(auto connection, index_->Read());
  return ReadEventLog(*connection, after_sequence, filter, limit);
}

Result<int64_t> RemoteObjectStore::LastSequence() {
  TARN_ASSIGN(auto connection, index_->Read());
  return LastEventSequence(*connection);
}

void RemoteObjectStore::OnCommit(std::function<void(int64_t last_sequence)> listener) {
  const std::lock_guard lock(listeners_mutex_);
  listeners_.push_back(std::move(listener));
}

void RemoteObjectStore::Announce(int64_t last_sequence) {
  const std::lock_guard lock(listeners_mutex_);
  for (const auto& listener : listeners_) {
    if (listener) listener(last_sequence);
  }
}

}  // namespace tarn::object_store
