#include "common/object_store/object_store.h"

#include <algorithm>

namespace tarn::object_store {

const char* EventTypeName(Event::Type type) {
  switch (type) {
    case Event::Type::kObjectCreated: return "object.created";
    case Event::Type::kObjectDeleted: return "object.deleted";
    case Event::Type::kVersionDeleted: return "object.version_deleted";
  }
  return "";
}

bool ObjectAttributes::empty() const {
  return headers.empty() && tags.empty() && checksums.empty() && parts.empty() && replication_status.empty();
}

bool EventFilter::Matches(const Event& event) const {
  const bool wanted = types.empty() ? event.type != Event::Type::kVersionDeleted
                                    : std::find(types.begin(), types.end(), event.type) != types.end();
  return wanted && (bucket.empty() || event.object.bucket == bucket) && event.object.key.starts_with(prefix) &&
         event.object.key.ends_with(suffix) && (writer.empty() || event.writer == writer);
}

Result<int64_t> ObjectStore::TrimEvents(int64_t, int64_t) { return int64_t{0}; }

Result<ObjectInfo> ObjectStore::Put(const std::string& bucket, const std::string& key, std::string_view content,
                                    const PutOptions& options) {
  TARN_ASSIGN(auto writer, Stage());
  TARN_TRY(writer->Write(content));
  std::vector<Change> changes(1);
  TARN_ASSIGN(changes[0].content, writer->Finish());
  changes[0].bucket = bucket;
  changes[0].key = key;
  changes[0].options = options;
  TARN_ASSIGN(CommitResult result, Commit(std::move(changes), {}));
  return std::move(result.objects.front());
}

Status ObjectStore::Delete(const std::string& bucket, const std::string& key) {
  std::vector<Change> changes(1);
  changes[0].bucket = bucket;
  changes[0].key = key;
  TARN_ASSIGN([[maybe_unused]] const CommitResult result, Commit(std::move(changes), {}));
  return Ok();
}

Result<std::string> ObjectStore::GetAll(const std::string& bucket, const std::string& key, uint64_t max_bytes) {
  TARN_ASSIGN(const auto reader, Get(bucket, key));
  if (reader->length() > max_bytes) {
    return Error(Code::kTooLarge, "the object has more than " + std::to_string(max_bytes) + " bytes: " + bucket + "/" + key);
  }
  std::string content(reader->length(), '\0');
  for (size_t filled = 0; filled < content.size();) {
    TARN_ASSIGN(const size_t count, reader->Read(content.data() + filled, content.size() - filled));
    filled += count;
  }
  return content;
}

}  // namespace tarn::object_store
