#include "services/extract/replication/s3_target.h"

namespace tarn::extract {
namespace {

using object_store::ObjectInfo;

/// An object's content as a request body; opened again for every try.
class ObjectBody final : public http_client::BodySource {
 public:
  ObjectBody(uint64_t size_bytes, const OpenContent& open) : size_bytes_(size_bytes), open_(open) {}

  uint64_t size_bytes() const override { return size_bytes_; }
  Result<size_t> Read(char* into, size_t size) override { return reader_->Read(into, size); }
  Status Rewind() override {
    TARN_ASSIGN(reader_, open_());
    return Ok();
  }

 private:
  const uint64_t size_bytes_;
  const OpenContent& open_;
  std::unique_ptr<object_store::ObjectReader> reader_;
};

s3_client::PutOptions OptionsFor(const ObjectInfo& object) {
  s3_client::PutOptions options;
  options.content_type = object.content_type;
  options.metadata = object.metadata;
  options.metadata[kReplicaOf] = object.version;
  options.headers = object.attributes.headers;
  options.tags = object.attributes.tags;
  if (object.etag.find('-') == std::string::npos) options.md5 = object.etag;
  return options;
}

}  // namespace

Status S3Target::Put(const ObjectInfo& object, const OpenContent& open) {
  const std::string key = prefix_ + object.key;
  const auto there = client_->HeadObject(key);
  if (there.ok()) {
    const auto marker = there->metadata.find(kReplicaOf);
    const bool same = marker != there->metadata.end() && marker->second == object.version;
    if (same && there->size_bytes == object.size_bytes) return Ok();
  } else if (there.error().code() != Code::kNotFound) {
    return there.error();
  }
  ObjectBody body(object.size_bytes, open);
  TARN_TRY(client_->PutObject(key, body, OptionsFor(object)));
  return Ok();
}

Status S3Target::Delete(const std::string&, const std::string& key) {
  // In a bucket with versions every deletion adds a marker, which two stores would send each other for ever.
  const auto there = client_->HeadObject(prefix_ + key);
  if (!there.ok()) return there.error().code() == Code::kNotFound ? Ok() : Status(there.error());
  return client_->DeleteObject(prefix_ + key);
}

}  // namespace tarn::extract
