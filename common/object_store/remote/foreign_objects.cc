#include <optional>

#include "common/ids/ulid.h"
#include "common/object_store/event_table.h"
#include "common/object_store/names.h"
#include "common/object_store/object_table.h"
#include "common/object_store/remote/remote_store.h"
#include "common/object_store/remote/remote_table.h"

namespace tarn::object_store {
namespace {

constexpr int64_t kPage = 1000;

/// Compares what the endpoint lists with the index, both in byte order of keys.
class ForeignObjectSearch {
 public:
  ForeignObjectSearch(RemoteObjectStore& store, std::chrono::milliseconds settle)
      : store_(store), newest_(Now() - settle) {}

  Result<int64_t> Run() {
    TARN_ASSIGN(const auto buckets, store_.ListBuckets());
    for (const std::string& bucket : buckets) TARN_TRY(Compare(bucket));
    if (last_sequence_ > 0) store_.Announce(last_sequence_);
    return adopted_;
  }

 private:
  // Page by page: the keys up to the last one listed are compared, so neither side is held as a whole.
  Status Compare(const std::string& bucket) {
    std::string after;
    for (;;) {
      TARN_ASSIGN(const auto listed, store_.content().List(bucket, after));
      const std::string end = listed.truncated ? listed.objects.back().key : "";  // empty: all that follows
      TARN_TRY(ComparePage(bucket, after, end, listed.objects));
      if (!listed.truncated) return Ok();
      after = end;
    }
  }

  Status ComparePage(const std::string& bucket, std::string after, const std::string& end,
                     const std::vector<s3_client::ObjectHead>& listed) {
    auto there = listed.begin();
    for (bool more = true; more;) {
      std::vector<std::pair<ObjectInfo, std::string>> known;  // with the endpoint's etag
      TARN_TRY(ReadIndex(bucket, after, known));
      more = static_cast<int64_t>(known.size()) == kPage;
      for (const auto& [object, etag] : known) {
        if (!end.empty() && object.key > end) {
          more = false;
          break;
        }
        for (; there != listed.end() && there->key < object.key; ++there) TARN_TRY(Look(bucket, there->key));
        const bool same = there != listed.end() && there->key == object.key && there->etag == etag;
        if (!same) TARN_TRY(Look(bucket, object.key));
        if (there != listed.end() && there->key == object.key) ++there;
        after = object.key;
      }
    }
    for (; there != listed.end(); ++there) TARN_TRY(Look(bucket, there->key));
    return Ok();
  }

  Status ReadIndex(const std::string& bucket, const std::string& after,
                   std::vector<std::pair<ObjectInfo, std::string>>& known) {
    TARN_ASSIGN(auto connection, store_.index().Read());
    TARN_ASSIGN(auto objects, NextObjects(*connection, bucket, after, kPage));
    for (IndexedObject& object : objects) {
      TARN_ASSIGN(const auto etag, RemoteEtag(*connection, object.info));
      known.emplace_back(std::move(object.info), etag.value_or(""));
    }
    return Ok();
  }

  // What was listed may be old by now: the key is looked at again while nobody else can commit to it.
  Status Look(const std::string& bucket, const std::string& key) {
    if (!CheckKey(key).ok()) return Ok();
    TARN_ASSIGN(const auto held, store_.keys().TryAcquire(bucket, key));
    if (!held) return Ok();
    auto head = store_.content().Head(bucket, key);
    if (!head.ok() && head.error().code() != Code::kNotFound) return head.error();
    if (head.ok() && head->last_modified > newest_) return Ok();
    TARN_ASSIGN(const auto lock, store_.lock().Acquire());
    return store_.index().writer().Transact([&]() { return Adopt(bucket, key, head.ok() ? &*head : nullptr); });
  }

  Status Adopt(const std::string& bucket, const std::string& key, const s3_client::ObjectHead* head) {
    sqlite::Database& index = store_.index().writer();
    TARN_ASSIGN(const auto pending, PendingOfKey(index, bucket, key));
    if (!pending.empty()) return Ok();
    TARN_ASSIGN(const auto current, FindObject(index, bucket, key));
    Event event{0, NewUlid(), Event::Type::kObjectCreated, "adopt", {}, NewUlid(), store_.writer(), Now(), ""};
    if (!head) {
      if (!current) return Ok();
      event.type = Event::Type::kObjectDeleted;
      event.object = current->info;
      TARN_TRY(EraseObject(index, bucket, key));
      TARN_TRY(EraseRemoteEtag(index, bucket, key));
    } else {
      if (current) {
        TARN_ASSIGN(const auto etag, RemoteEtag(index, current->info));
        if (etag == head->etag) return Ok();
      }
      IndexedObject object;
      object.info.bucket = bucket;
      object.info.key = key;
      object.info.version = NewUlid();
      object.info.size_bytes = head->size_bytes;
      object.info.etag = head->etag;
      object.info.content_type = head->content_type;
      object.info.last_modified = head->last_modified;
      object.info.metadata = head->metadata;
      object.info.attributes.headers = head->headers;
      object.info.null_version = true;
      event.object = object.info;
      TARN_ASSIGN(object.info.sequence, AppendEvent(index, event));
      TARN_TRY(StoreObject(index, object));
      TARN_TRY(StoreRemoteEtag(index, object.info, head->etag));
      last_sequence_ = object.info.sequence;
      ++adopted_;
      return Ok();
    }
    TARN_ASSIGN(last_sequence_, AppendEvent(index, event));
    ++adopted_;
    return Ok();
  }

  RemoteObjectStore& store_;
  const Timestamp newest_;
  int64_t adopted_ = 0;
  int64_t last_sequence_ = 0;
};

}  // namespace

Result<int64_t> AdoptForeignObjects(ObjectStore& store, std::chrono::milliseconds settle) {
  auto* remote = dynamic_cast<RemoteObjectStore*>(&store);
  if (!remote) return Error(Code::kInvalidArgument, "only a store at an S3 endpoint can have foreign objects");
  return ForeignObjectSearch(*remote, settle).Run();
}

}  // namespace tarn::object_store
