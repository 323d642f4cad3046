#include "common/object_store/foreign_files.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <optional>
#include <utility>
#include <vector>

#include "common/ids/ulid.h"
#include "common/logging/log.h"
#include "common/object_store/bucket_table.h"
#include "common/object_store/bucket_walk.h"
#include "common/object_store/content_type.h"
#include "common/object_store/event_table.h"
#include "common/object_store/local_object_store.h"
#include "common/object_store/names.h"
#include "common/object_store/object_table.h"
#include "common/object_store/parts_etag.h"
#include "common/object_store/version_table.h"

namespace tarn::object_store {
namespace {

// A key at which files and index differ. What it really is shows under the commit lock.
struct Difference {
  std::string key;
  std::optional<IndexedObject> indexed;
  std::optional<FileIdentity> file;  // nothing: the file is gone
  std::string etag;                  // of the file
};

// The indexed objects of a bucket in the order of keys, a page at a time.
class IndexedKeys {
 public:
  IndexedKeys(Index& index, std::string bucket) : index_(index), bucket_(std::move(bucket)) {}

  // The next object, null at the end.
  Result<const IndexedObject*> Peek() {
    constexpr int64_t kPage = 1000;
    if (next_ == page_.size() && !ended_) {
      const std::string after = page_.empty() ? std::string() : page_.back().info.key;
      TARN_ASSIGN(auto connection, index_.Read());
      TARN_ASSIGN(page_, NextObjects(*connection, bucket_, after, kPage));
      next_ = 0;
      ended_ = page_.empty();
    }
    return ended_ ? nullptr : &page_[next_];
  }
  void Advance() { ++next_; }

 private:
  Index& index_;
  std::string bucket_;
  std::vector<IndexedObject> page_;
  size_t next_ = 0;
  bool ended_ = false;
};

int64_t Nanoseconds(std::chrono::system_clock::time_point time) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count();
}

class ForeignFileSearch {
 public:
  ForeignFileSearch(LocalObjectStore& store, std::chrono::milliseconds settle)
      : store_(store), newest_ns_(Nanoseconds(std::chrono::system_clock::now() - settle)) {}

  // Looks at some keys only.
  Result<int64_t> LookAt(const std::string& bucket, const std::vector<std::string>& keys) {
    bucket_ = bucket;
    for (const std::string& key : keys) {
      if (!CheckKey(key).ok()) continue;
      std::optional<IndexedObject> indexed;
      {
        TARN_ASSIGN(auto connection, store_.index().Read());
        TARN_ASSIGN(indexed, FindObject(*connection, bucket, key));
      }
      const auto file = store_.tree().Open(bucket, key);
      if (!file.ok()) continue;
      std::optional<FileIdentity> identity;
      if (*file) identity = (*file)->identity;
      const bool same = indexed ? identity == indexed->file : !identity || IsUnfinishedName(key);
      if (!same) TARN_TRY(Note({key, std::move(indexed), identity, ""}));
    }
    TARN_TRY(Flush());
    return adopted_;
  }

  Result<int64_t> Run() {
    TARN_ASSIGN(const auto buckets, store_.tree().Buckets());
    for (const std::string& bucket : buckets) TARN_TRY(Search(bucket));
    return adopted_;
  }

 private:
  // Walks files and index side by side, both in the order of keys.
  Status Search(const std::string& bucket) {
    bucket_ = bucket;
    IndexedKeys indexed(store_.index(), bucket);
    TARN_TRY(WalkBucket(store_.tree(), bucket, [&](const WalkedFile& file) -> Status {
      TARN_TRY(NoteMissing(indexed, &file.key));
      TARN_ASSIGN(const IndexedObject* object, indexed.Peek());
      const bool known = object && object->info.key == file.key;
      if (known && object->file == file.identity) return indexed.Advance(), Ok();
      std::optional<IndexedObject> before;
      if (known) before = *object;
      if (known) indexed.Advance();
      if (file.settled_ns > newest_ns_ || (!known && IsUnfinishedName(file.key))) return Ok();
      return Note({file.key, std::move(before), file.identity, ""});
    }));
    TARN_TRY(NoteMissing(indexed, nullptr));
    return Flush();
  }

  // Notes the indexed keys before `until` (all that are left if null) as having no file.
  Status NoteMissing(IndexedKeys& indexed, const std::string* until) {
    for (;; indexed.Advance()) {
      TARN_ASSIGN(const IndexedObject* object, indexed.Peek());
      if (!object || (until && object->info.key >= *until)) return Ok();
      TARN_TRY(Note({object->info.key, *object, std::nullopt, ""}));
    }
  }

  Status Note(Difference difference) {
    constexpr size_t kBatch = 256;
    if (difference.file && !ReadContent(difference)) return Ok();
    differences_.push_back(std::move(difference));
    return differences_.size() < kBatch ? Ok() : Flush();
  }

  // Reads a found file, which may take long and so is done without the lock, and makes it durable, as an event that
  // outlives its file would be a lie. False if it cannot be read or changes meanwhile.
  bool ReadContent(Difference& difference) const {
    const auto opened = store_.tree().Open(bucket_, difference.key);
    if (!opened.ok() || !*opened || (*opened)->identity != difference.file) return false;
    if (WritersOf((*opened)->file.get()) == Writers::kSome) return false;
    const auto parts = difference.indexed ? difference.indexed->info.attributes.parts : std::vector<ObjectPart>();
    auto etag = EtagOfFile((*opened)->file, parts);
    // Other content than that of the parts is an object of its own.
    if (!parts.empty() && etag.ok() && *etag != difference.indexed->info.etag) etag = EtagOfFile((*opened)->file, {});
    struct stat after;
    if (!etag.ok() || !Sync((*opened)->file, "a file that another program left").ok()) return false;
    if (fstat((*opened)->file.get(), &after) != 0 || IdentityOf(after) != difference.file) return false;
    difference.etag = *std::move(etag);
    return true;
  }

  // Indexes the noted differences that still are ones, as one commit.
  Status Flush() {
    const auto differences = std::exchange(differences_, {});
    if (differences.empty()) return Ok();
    const std::string commit_id = NewUlid();
    int64_t changes = 0, last_sequence = 0;
    {
      TARN_ASSIGN(const auto held, store_.lock().Acquire());
      TARN_TRY(store_.pending().SettleLeftovers());
      sqlite::Database& index = store_.index().writer();
      TARN_TRY(index.Transact([&]() -> Status {
        for (const Difference& difference : differences) {
          TARN_ASSIGN(const int64_t sequence, Adopt(index, difference, commit_id));
          if (sequence > 0) ++changes, last_sequence = sequence;
        }
        return Ok();
      }));
    }
    adopted_ += changes;
    if (changes > 0) store_.Announce(last_sequence);
    return Ok();
  }

  // Returns the sequence of the event, 0 if there was nothing to tell.
  Result<int64_t> Adopt(sqlite::Database& index, const Difference& difference, const std::string& commit_id) {
    TARN_ASSIGN(const auto current, FindObject(index, bucket_, difference.key));
    // A commit came in between: what was compared is not what is there now.
    if (current.has_value() != difference.indexed.has_value()) return int64_t{0};
    if (current && current->info.version != difference.indexed->info.version) return int64_t{0};
    const auto in_place = store_.tree().Open(bucket_, difference.key);
    if (!in_place.ok()) return int64_t{0};
    const auto identity = *in_place ? std::optional((*in_place)->identity) : std::nullopt;
    TARN_ASSIGN(const bool will_change, store_.pending().WillChange(bucket_, difference.key, identity,
                                                                    current ? current->info.version : ""));
    if (will_change) return int64_t{0};
    Event event{0, NewUlid(), Event::Type::kObjectCreated, "adopt", {}, commit_id, store_.writer(), Now(), ""};
    if (!difference.file) {
      if (*in_place) return int64_t{0};
      event.type = Event::Type::kObjectDeleted;
      event.object = current->info;
      TARN_TRY(EraseObject(index, bucket_, difference.key));
      return NoteRemoved(index, event);
    }
    if (!*in_place || (*in_place)->identity != difference.file) return int64_t{0};
    IndexedObject object = current ? *current : IndexedObject();
    object.file = *difference.file;
    // Copied back or touched: the same content needs no news.
    const bool same_content = current && current->info.etag == difference.etag &&
                              current->info.size_bytes == difference.file->size_bytes;
    if (same_content) {
      TARN_TRY(StoreObject(index, object));
      return int64_t{0};
    }
    object.info = {bucket_, difference.key, NewUlid(), difference.file->size_bytes, difference.etag,
                   GuessContentType(difference.key),
                   std::min(FromUnixMillis(difference.file->modified_ns / 1'000'000), Now()), {}, {}};
    TARN_ASSIGN(const Versioning versioning, BucketVersioning(index, bucket_));
    object.info.null_version = versioning == Versioning::kOff;
    event.object = object.info;
    TARN_ASSIGN(object.info.sequence, AppendEvent(index, event));
    TARN_TRY(StoreObject(index, object));
    return object.info.sequence;
  }

  // Older versions must not seem to be the current one now that the object is gone: a delete marker stands for it.
  Result<int64_t> NoteRemoved(sqlite::Database& index, Event& event) {
    TARN_ASSIGN(const Versioning versioning, BucketVersioning(index, bucket_));
    if (versioning == Versioning::kOff) return AppendEvent(index, event);
    event.operation = "delete_marker";
    IndexedObject marker;
    marker.info.bucket = event.object.bucket;
    marker.info.key = event.object.key;
    marker.info.version = NewUlid();
    marker.info.last_modified = event.time;
    marker.info.null_version = false;
    marker.info.delete_marker = true;
    TARN_ASSIGN(marker.info.sequence, AppendEvent(index, event));
    TARN_TRY(StoreVersion(index, marker, event.time));
    return marker.info.sequence;
  }

  LocalObjectStore& store_;
  int64_t newest_ns_;
  std::string bucket_;
  std::vector<Difference> differences_;
  int64_t adopted_ = 0;
};

}  // namespace

Writers WritersOf(int file) {
  // A writer that opens the file while the lease is held waits for its end, and a signal tells the holder of it: one
  // that does nothing, instead of SIGIO, which would end the process.
  fcntl(file, F_SETSIG, SIGURG);
  if (fcntl(file, F_SETLEASE, F_RDLCK) != 0) return errno == EAGAIN ? Writers::kSome : Writers::kUnknown;
  fcntl(file, F_SETLEASE, F_UNLCK);
  return Writers::kNone;
}

Result<int64_t> AdoptFilesAt(LocalObjectStore& store, const std::string& bucket, std::vector<std::string> keys) {
  std::sort(keys.begin(), keys.end());
  return ForeignFileSearch(store, std::chrono::milliseconds(0)).LookAt(bucket, keys);
}

Result<int64_t> AdoptForeignFiles(ObjectStore& store, std::chrono::milliseconds settle) {
  auto* local = dynamic_cast<LocalObjectStore*>(&store);
  if (!local) return Error(Code::kInvalidArgument, "only a local object store can have foreign files");
  return ForeignFileSearch(*local, settle).Run();
}

}  // namespace tarn::object_store
