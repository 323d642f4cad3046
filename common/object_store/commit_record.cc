#include "common/object_store/commit_record.h"

#include <utility>

#include "common/ids/ulid.h"
#include "common/object_store/event_table.h"
#include "common/object_store/object_table.h"
#include "common/object_store/staging.h"

namespace tarn::object_store {
namespace {

Status CheckConditions(const Change& change, const std::optional<IndexedObject>& current) {
  const std::string name = change.bucket + "/" + change.key;
  if (change.options.if_none_match && current) {
    return Error(Code::kPreconditionFailed, "the object exists already: " + name);
  }
  if (change.options.if_match_etag.empty()) return Ok();
  if (!current) return Error(Code::kPreconditionFailed, "the object to be replaced does not exist: " + name);
  if (current->info.etag == change.options.if_match_etag) return Ok();
  return Error(Code::kPreconditionFailed, "the object's content is not the expected one any more: " + name);
}

class Recorder {
 public:
  Recorder(sqlite::Database& index, BucketTree& tree, ChangedDirectories& changed, const CommitRequest& request)
      : index_(index), tree_(tree), changed_(changed), request_(request) {
    record_.result.commit_id = NewUlid();
  }

  Result<CommitRecord> Run() {
    for (const Change& change : request_.changes) {
      TARN_ASSIGN(const auto current, FindObject(index_, change.bucket, change.key));
      TARN_TRY(CheckConditions(change, current));
      TARN_TRY(change.content ? Put(change) : Delete(current));
    }
    TARN_ASSIGN(record_.result.last_sequence, LastEventSequence(index_));
    if (!request_.token.empty()) {
      const int64_t first = first_sequence_ ? first_sequence_ : record_.result.last_sequence + 1;
      TARN_TRY(StoreToken(index_, request_.token, record_.result, first, now_));
    }
    return std::move(record_);
  }

 private:
  Status Put(const Change& change) {
    TARN_ASSIGN(const auto in_the_way, FindKeyInTheWay(index_, change.bucket, change.key));
    if (in_the_way) {
      return Error(Code::kConflict, "a file system cannot hold both keys, as one would be a directory of the other's "
                                    "name: " + *in_the_way + " and " + change.key);
    }
    TARN_TRY(tree_.Prepare(change.bucket, change.key, changed_));
    const auto& staged = static_cast<const LocalStagedObject&>(*change.content);
    IndexedObject object;
    object.info = {change.bucket, change.key, NewUlid(), staged.size_bytes(), staged.etag(),
                   change.options.content_type, now_, change.options.metadata, change.options.attributes};
    object.file = staged.identity();
    TARN_TRY(StoreObject(index_, object));
    TARN_TRY(Append(Event::Type::kObjectCreated, object.info));
    record_.result.objects.push_back(object.info);
    return AddPendingChange(object, staged.workspace().id(), staged.name());
  }

  Status Delete(const std::optional<IndexedObject>& current) {
    if (!current) return Ok();
    TARN_TRY(EraseObject(index_, current->info.bucket, current->info.key));
    TARN_TRY(Append(Event::Type::kObjectDeleted, current->info));
    return AddPendingChange(*current, "", "");
  }

  Status Append(Event::Type type, const ObjectInfo& object) {
    const Event event{0, NewUlid(), type, "", object, record_.result.commit_id, request_.writer, now_, request_.traceparent};
    TARN_ASSIGN(const int64_t sequence, AppendEvent(index_, event));
    if (first_sequence_ == 0) first_sequence_ = sequence;
    return Ok();
  }

  Status AddPendingChange(const IndexedObject& object, std::string workspace, std::string staged_name) {
    PendingChange pending{0,  object.info.bucket, object.info.key, object.info.version, std::move(workspace),
                          std::move(staged_name), object.file};
    TARN_ASSIGN(pending.id, AddPending(index_, pending));
    record_.pending.push_back(std::move(pending));
    return Ok();
  }

  sqlite::Database& index_;
  BucketTree& tree_;
  ChangedDirectories& changed_;
  const CommitRequest& request_;
  const Timestamp now_ = Now();
  int64_t first_sequence_ = 0;
  CommitRecord record_;
};

}  // namespace

Result<CommitRecord> RecordCommit(sqlite::Database& index, BucketTree& tree, ChangedDirectories& changed,
                                  const CommitRequest& request) {
  if (!request.token.empty()) {
    TARN_ASSIGN(auto earlier, FindToken(index, request.token));
    if (earlier) return CommitRecord{*std::move(earlier), {}};
  }
  return Recorder(index, tree, changed, request).Run();
}

}  // namespace tarn::object_store
