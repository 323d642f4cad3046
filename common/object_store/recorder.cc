#include "common/object_store/recorder.h"

#include <utility>

#include "common/ids/ulid.h"
#include "common/object_store/bucket_table.h"
#include "common/object_store/event_table.h"
#include "common/object_store/object_table.h"
#include "common/object_store/staging.h"
#include "common/object_store/version_table.h"

namespace tarn::object_store {
namespace {

Status CheckConditions(const Change& change, const std::optional<IndexedObject>& current) {
  const std::string name = change.bucket + "/" + change.key;
  if (change.options.if_none_match && current) {
    return Error(Code::kPreconditionFailed, "the object exists already: " + name);
  }
  const std::string& version = change.options.if_match_version;
  if (!version.empty() && (!current || current->info.version != version)) {
    return Error(Code::kPreconditionFailed, "the object is not of the expected version any more: " + name);
  }
  if (change.options.if_match_etag.empty()) return Ok();
  if (!current) return Error(Code::kPreconditionFailed, "the object that is expected does not exist: " + name);
  if (current->info.etag == change.options.if_match_etag) return Ok();
  return Error(Code::kPreconditionFailed, "the object's content is not the expected one any more: " + name);
}

bool IsVersion(const ObjectInfo& object, const VersionId& version) {
  return object.version == version || (version == "null" && object.null_version);
}

}  // namespace

Recorder::Recorder(sqlite::Database& index, BucketTree* tree, const Workspace& workspace, const CommitRequest& request)
    : index_(index), tree_(tree), workspace_(workspace), request_(request) {
  record_.result.commit_id = NewUlid();
}

Result<CommitRecord> Recorder::Run() {
  if (!request_.token.empty()) {
    TARN_ASSIGN(auto earlier, FindToken(index_, request_.token));
    if (earlier) return CommitRecord{*std::move(earlier), {}};
  }
  for (const Change& change : request_.changes) {
    if (change.content || change.add_tags) {
      TARN_TRY(change.add_tags ? AddTags(change) : Put(change));
      continue;
    }
    TARN_ASSIGN(const auto current, FindObject(index_, change.bucket, change.key));
    TARN_TRY(CheckConditions(change, current));
    TARN_TRY(Delete(change.bucket, change.key, change.options.operation == "put" ? "delete" : change.options.operation));
  }
  if (request_.then) TARN_TRY(request_.then(*this));
  TARN_ASSIGN(record_.result.last_sequence, LastEventSequence(index_));
  if (!request_.token.empty()) {
    const int64_t first = first_sequence_ ? first_sequence_ : record_.result.last_sequence + 1;
    TARN_TRY(StoreToken(index_, request_.token, record_.result, first, now_));
  }
  return std::move(record_);
}

Status Recorder::Put(const Change& change) {
  TARN_ASSIGN(const auto current, FindObject(index_, change.bucket, change.key));
  TARN_TRY(CheckConditions(change, current));
  if (!current) TARN_TRY(PreparePlace(change.bucket, change.key));
  TARN_ASSIGN(const Versioning versioning, BucketVersioning(index_, change.bucket));
  const bool null_version = versioning != Versioning::kEnabled;
  if (versioning != Versioning::kOff) {
    if (current && !(null_version && current->info.null_version)) TARN_TRY(KeepVersion(*current));
    if (null_version) TARN_TRY(DropNullVersion(change.bucket, change.key));
  }
  const auto& staged = static_cast<const LocalStagedObject&>(*change.content);
  IndexedObject object;
  object.info = {change.bucket, change.key, NewUlid(), staged.size_bytes(), staged.etag(), change.options.content_type,
                 now_, change.options.metadata, change.options.attributes, 0, null_version, false};
  object.file = staged.identity();
  TARN_ASSIGN(object.info.sequence, Append(Event::Type::kObjectCreated, change.options.operation, object.info));
  TARN_TRY(StoreObject(index_, object));
  record_.result.objects.push_back(object.info);
  return AddPendingChange(object, &staged);
}

Status Recorder::AddTags(const Change& change) {
  TARN_ASSIGN(auto current, FindObject(index_, change.bucket, change.key));
  TARN_TRY(CheckConditions(change, current));
  if (!current) return Error(Code::kNotFound, "there is no such object: " + change.bucket + "/" + change.key);
  for (const auto& [name, value] : change.options.attributes.tags) current->info.attributes.tags[name] = value;
  return StoreObject(index_, *current);
}

Status Recorder::Delete(const std::string& bucket, const std::string& key, const std::string& operation) {
  TARN_TRY(CheckBucket(bucket));
  TARN_ASSIGN(const auto current, FindObject(index_, bucket, key));
  TARN_ASSIGN(const Versioning versioning, BucketVersioning(index_, bucket));
  if (current) TARN_TRY(EraseObject(index_, bucket, key));
  if (versioning == Versioning::kOff) {
    if (!current) return Ok();
    TARN_ASSIGN([[maybe_unused]] const auto sequence, Append(Event::Type::kObjectDeleted, operation, current->info));
    return AddPendingChange(*current, nullptr);
  }
  const bool null_version = versioning == Versioning::kSuspended;
  if (null_version) TARN_TRY(DropNullVersion(bucket, key));
  if (current && null_version && current->info.null_version) {
    TARN_TRY(AddPendingChange(*current, nullptr));
  } else if (current) {
    TARN_TRY(KeepVersion(*current));
  }
  return AddDeleteMarker(bucket, key, current, null_version, operation);
}

Result<DeleteResult> Recorder::DeleteVersion(const std::string& bucket, const std::string& key,
                                             const VersionId& version, const std::string& operation) {
  TARN_ASSIGN(const auto current, FindObject(index_, bucket, key));
  if (current && IsVersion(current->info, version)) {
    TARN_TRY(EraseObject(index_, bucket, key));
    TARN_ASSIGN([[maybe_unused]] const auto sequence, Append(Event::Type::kObjectDeleted, operation, current->info));
    TARN_TRY(AddPendingChange(*current, nullptr));
    TARN_TRY(Promote(bucket, key));
    return DeleteResult{true, std::nullopt};
  }
  TARN_ASSIGN(const auto found, FindVersion(index_, bucket, key, version));
  if (!found) return DeleteResult{};
  TARN_ASSIGN(const auto newest, NewestVersion(index_, bucket, key));
  const bool was_latest = !current && newest->info.version == found->info.version;
  TARN_TRY(EraseVersion(index_, found->info));
  TARN_ASSIGN([[maybe_unused]] const auto sequence, Append(Event::Type::kVersionDeleted, operation, found->info));
  DeleteResult result{true, std::nullopt};
  if (found->info.delete_marker) {
    result.marker = found->info;
  } else {
    TARN_TRY(AddPendingChange(*found, nullptr));
  }
  if (was_latest) TARN_TRY(Promote(bucket, key));
  return result;
}

Status Recorder::KeepVersion(const IndexedObject& current) {
  TARN_TRY(StoreVersion(index_, current, now_));
  return AddPendingChange(current, nullptr);
}

Status Recorder::DropNullVersion(const std::string& bucket, const std::string& key) {
  TARN_ASSIGN(const auto found, FindVersion(index_, bucket, key, "null"));
  if (!found) return Ok();
  TARN_TRY(EraseVersion(index_, found->info));
  return found->info.delete_marker ? Ok() : AddPendingChange(*found, nullptr);
}

Status Recorder::AddDeleteMarker(const std::string& bucket, const std::string& key,
                                 const std::optional<IndexedObject>& hidden, bool null_version,
                                 const std::string& operation) {
  IndexedObject marker;
  marker.info.bucket = bucket;
  marker.info.key = key;
  marker.info.version = NewUlid();
  marker.info.last_modified = now_;
  marker.info.null_version = null_version;
  marker.info.delete_marker = true;
  TARN_ASSIGN(marker.info.sequence,
              Append(Event::Type::kObjectDeleted, operation == "expire" ? "expire_marker" : "delete_marker",
                     hidden ? hidden->info : marker.info));
  record_.result.markers.push_back(marker.info);
  return StoreVersion(index_, marker, now_);
}

Status Recorder::Promote(const std::string& bucket, const std::string& key) {
  TARN_ASSIGN(const auto newest, NewestVersion(index_, bucket, key));
  if (!newest || newest->info.delete_marker) return Ok();
  TARN_TRY(PreparePlace(bucket, key));
  TARN_TRY(EraseVersion(index_, newest->info));
  TARN_TRY(StoreObject(index_, *newest));
  TARN_ASSIGN([[maybe_unused]] const auto sequence, Append(Event::Type::kObjectCreated, "restore", newest->info));
  return AddPendingChange(*newest, nullptr);
}

Status Recorder::CheckBucket(const std::string& bucket) {
  if (tree_) {
    TARN_ASSIGN([[maybe_unused]] const FileDescriptor directory, tree_->OpenBucket(bucket));
    return Ok();
  }
  TARN_ASSIGN(const auto found, FindBucket(index_, bucket));
  return found ? Ok() : Status(Error(Code::kNotFound, "there is no such bucket: " + bucket));
}

Status Recorder::PreparePlace(const std::string& bucket, const std::string& key) {
  TARN_ASSIGN(const auto in_the_way, FindKeyInTheWay(index_, bucket, key));
  if (!in_the_way) return tree_ ? tree_->Prepare(bucket, key) : CheckBucket(bucket);
  return Error(Code::kConflict, "a file system cannot hold both keys, as one would be a directory of the other's name: " +
                                    *in_the_way + " and " + key);
}

Result<int64_t> Recorder::Append(Event::Type type, const std::string& operation, const ObjectInfo& object) {
  const Event event{0,       NewUlid(), type, operation, object, record_.result.commit_id, request_.writer, now_,
                    request_.traceparent};
  TARN_ASSIGN(const int64_t sequence, AppendEvent(index_, event));
  if (first_sequence_ == 0) first_sequence_ = sequence;
  return sequence;
}

Status Recorder::AddPendingChange(const IndexedObject& object, const LocalStagedObject* staged) {
  PendingChange pending;
  pending.owner = workspace_.id();
  pending.bucket = object.info.bucket;
  pending.key = object.info.key;
  pending.version = object.info.version;
  pending.file = object.file;
  if (staged) {
    pending.workspace = staged->workspace().id();
    pending.staged_name = staged->name();
    pending.content = staged->content();
  }
  TARN_ASSIGN(pending.id, AddPending(index_, pending));
  record_.pending.push_back(std::move(pending));
  return Ok();
}

}  // namespace tarn::object_store
