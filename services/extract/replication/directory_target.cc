#include "services/extract/replication/directory_target.h"

#include "common/checksums/checksum.h"
#include "common/ids/ulid.h"
#include "common/object_store/local_object_store.h"

namespace tarn::extract {
namespace {

using object_store::ObjectInfo;

constexpr size_t kCopyBytes = 256 * 1024;

bool IsReplicaOf(const ObjectInfo& there, const ObjectInfo& object) {
  const auto marker = there.metadata.find(kReplicaOf);
  return marker != there.metadata.end() && marker->second == object.version && there.size_bytes == object.size_bytes;
}

// The parts of an upload are not kept: the replica is one file with one MD5.
object_store::PutOptions OptionsFor(const ObjectInfo& object) {
  object_store::PutOptions options;
  options.content_type = object.content_type;
  options.metadata = object.metadata;
  options.metadata[kReplicaOf] = object.version;
  options.attributes.headers = object.attributes.headers;
  options.attributes.tags = object.attributes.tags;
  if (object.attributes.parts.empty()) options.attributes.checksums = object.attributes.checksums;
  options.attributes.replication_status = "REPLICA";
  options.operation = "replicate";
  return options;
}

Result<std::unique_ptr<object_store::StagedObject>> Copy(object_store::ObjectReader& from,
                                                         object_store::StagingWriter& to, std::string& md5) {
  const auto digest = checksums::Checksum::Make(checksums::Algorithm::kMd5);
  std::string buffer(kCopyBytes, '\0');
  for (;;) {
    TARN_ASSIGN(const size_t count, from.Read(buffer.data(), buffer.size()));
    if (count == 0) break;
    const std::string_view piece(buffer.data(), count);
    digest->Update(piece);
    TARN_TRY(to.Write(piece));
  }
  md5 = ToHex(digest->Finish());
  return to.Finish();
}

}  // namespace

Status DirectoryTarget::Put(const ObjectInfo& object, const OpenContent& open) {
  TARN_ASSIGN(auto* const store, Store());
  const std::string& bucket = BucketFor(object.bucket);
  TARN_TRY(store->EnsureBucket(bucket));
  if (const auto there = store->Head(bucket, object.key); there.ok() && IsReplicaOf(*there, object)) return Ok();

  TARN_ASSIGN(const auto reader, open());
  TARN_ASSIGN(const auto writer, store->Stage());
  std::string md5;
  TARN_ASSIGN(auto staged, Copy(*reader, *writer, md5));
  const bool plain = object.etag.find('-') == std::string::npos;
  if (staged->etag() != md5 || (plain && md5 != object.etag) || staged->size_bytes() != object.size_bytes) {
    return Error(Code::kUnavailable, "the content read is not what the object's MD5 says: " + object.key);
  }
  std::vector<object_store::Change> changes(1);
  changes[0].bucket = bucket;
  changes[0].key = object.key;
  changes[0].content = std::move(staged);
  changes[0].options = OptionsFor(object);
  TARN_TRY(store->Commit(std::move(changes), {}));
  return Ok();
}

Status DirectoryTarget::Delete(const std::string& source_bucket, const std::string& key) {
  TARN_ASSIGN(auto* const store, Store());
  const std::string& bucket = BucketFor(source_bucket);
  const auto there = store->Head(bucket, key);
  if (!there.ok()) return there.error().code() == Code::kNotFound ? Ok() : Status(there.error());
  std::vector<object_store::Change> changes(1);
  changes[0].bucket = bucket;
  changes[0].key = key;
  changes[0].options.operation = "replicate";
  TARN_TRY(store->Commit(std::move(changes), {}));
  return Ok();
}

Status DirectoryTarget::Check() {
  TARN_ASSIGN(auto* const store, Store());
  TARN_TRY(store->LastSequence());
  return Ok();
}

Result<object_store::VersionedStore*> DirectoryTarget::Store() {
  const std::lock_guard lock(mutex_);
  std::error_code failed;
  if (!std::filesystem::is_directory(root_, failed)) {
    return Error(Code::kUnavailable, "the directory to replicate to is not there: " + root_.string());
  }
  if (!store_) {
    TARN_ASSIGN(store_, object_store::OpenLocalStore({root_, "replication"}));
  }
  return store_.get();
}

}  // namespace tarn::extract
